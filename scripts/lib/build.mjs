import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSetupLock } from './lock.mjs';
import { npm, pathWith } from './npm.mjs';
import { step } from './progress.mjs';
import { ifPresent, inProject, root } from './project.mjs';

const SOURCES = ['apps', 'libs'];
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const STAMP = inProject('dist', '.built-from');

/** Builds unless dist was built from exactly these sources, which a hash of their content tells. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await withSetupLock(async () => {
    if (isBuilt()) return;
    const hash = hashOfSources();
    rmSync(inProject('dist'), { recursive: true, force: true });
    await step('Building', () => npm(['run', 'build'], { path: pathWith(true) }));
    writeFileSync(STAMP, hash);
  });
}

const isBuilt = () => ifPresent(() => readFileSync(STAMP, 'utf8')) === hashOfSources();

function hashOfSources() {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((folder) =>
    readdirSync(inProject(folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const file of [...files.sort(), ...SETTINGS.map((name) => inProject(name))]) {
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}
