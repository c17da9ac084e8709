import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { Problem } from './problem.mjs';
import { pathWith } from './npm.mjs';
import { ifPresent, inProject, readJson } from './project.mjs';

const MAJOR = 24;
const REPEATED_SIGNAL_MS = 1_000;

/**
 * The Node that the code was tested on: one of the platform packages among the optional dependencies, of which
 * npm installs the one that fits. Where none does, a Node at least as new that the person brought themselves.
 */
export function projectNode() {
  for (const name of Object.keys(readJson(inProject('package.json')).optionalDependencies)) {
    const manifest = ifPresent(() => readJson(inProject('node_modules', name, 'package.json')));
    const node = manifest && inProject('node_modules', name, manifest.bin.node);
    if (node && spawnSync(node, ['--version']).status === 0) return node;
  }
  if (Number(process.versions.node.split('.')[0]) >= MAJOR) return process.execPath;
  throw new Problem(
    `npm brought no Node.js ${MAJOR} that runs here (${process.platform}, ${process.arch}; on Linux, glibc is needed).\n` +
      `Install Node.js ${MAJOR} or newer (https://nodejs.org) and try again with it.`,
  );
}

/** `start` gets a process group of its own, so that Ctrl-C reaches it once, through us. */
export function runGatehouse(args) {
  const entry = inProject('dist', 'apps', 'cli', 'src', 'main.js');
  if (!existsSync(entry)) throw new Problem('Gatehouse is not built yet. Run: npm run build');
  // A young generation that holds a burst of requests: what they allocate dies before it is ever copied.
  return runWithProjectNode(['--max-semi-space-size=64', entry, ...args], { detached: args[0] === 'start' });
}

/**
 * Resolves to the exit code. A signal is passed on once, though npm repeats to us what the terminal has told us
 * already; one more, a second later, is the person insisting. When npm is killed outright, the child is stopped.
 */
export function runWithProjectNode(args, options = {}) {
  const child = spawn(projectNode(), args, {
    ...options,
    stdio: 'inherit',
    env: { ...process.env, PATH: pathWith(true) },
  });
  let signalledAt = 0;
  const pass = (signal) => {
    if (Date.now() - signalledAt < REPEATED_SIGNAL_MS) return;
    signalledAt = Date.now();
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      pass('SIGTERM');
    }, 500);
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
