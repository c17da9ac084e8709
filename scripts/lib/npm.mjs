import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Problem } from './problem.mjs';
import { inProject, root } from './project.mjs';

const REASONS = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i,
    'npm cannot reach its package registry. Check the network, or the proxy and registry settings of npm.',
  ],
  [/ENOSPC/, 'The disk is full.'],
  [/EACCES|EPERM|EROFS/, 'npm may not write where it needs to; its output above names the file.'],
];

/**
 * Runs npm out of sight, and shows what it said only when it fails. `path` is the PATH it gets: installing
 * replaces the project's own Node, so it has to run on the one that came with npm.
 */
export async function npm(args, { path }) {
  const { cache, discard } = usableCache();
  const child = spawn('npm', args, {
    cwd: root,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, npm_config_cache: cache, npm_config_update_notifier: 'false' },
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  try {
    const code = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
    if (code === 0) return;
  } catch (error) {
    if (error.code === 'ENOENT') throw new Problem('There is no npm on the PATH. It comes with Node.js.');
    throw error;
  } finally {
    discard();
  }
  const said = Buffer.concat(output).toString().trim();
  const [, reason] = REASONS.find(([pattern]) => pattern.test(said)) ?? [];
  throw new Problem(
    [`${said}\n`, `npm ${args.filter((arg) => !arg.startsWith('--')).join(' ')} failed.`, reason]
      .filter(Boolean)
      .join('\n'),
  );
}

/** The PATH with, or without, the programs that node_modules brings. */
export function pathWith(projectBinaries) {
  const own = inProject('node_modules', '.bin');
  const others = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== own);
  return [...(projectBinaries ? [own] : []), ...others].join(delimiter);
}

/** npm's cache, or a temporary one where the home folder cannot be written to. */
function usableCache() {
  const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return { cache, discard: () => undefined };
  } catch {
    const temporary = mkdtempSync(join(tmpdir(), 'gatehouse-npm-'));
    return { cache: temporary, discard: () => rmSync(temporary, { recursive: true, force: true }) };
  }
}
