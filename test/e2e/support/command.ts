import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

export interface Command {
  readonly child: ChildProcess;
  /** Resolves with the exit code, null after a signal, and with all that it said. */
  readonly ended: Promise<{ readonly code: number | null; readonly said: string }>;
}

/** `gatehouse <args>` from the sources. */
export function gatehouseCommand(args: readonly string[], env: Readonly<Record<string, string>>): Command {
  const {
    DATABASE_URL: _database,
    REDIS_URL: _redis,
    ELASTICSEARCH_URL: _elasticsearch,
    ...inherited
  } = process.env;
  const loader = ['--import', './test/support/typescript-loader.mjs', 'apps/cli/src/main.ts'];
  const child = spawn(process.execPath, [...loader, ...args], {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listen = (chunk: Buffer): void => void (said += chunk.toString());
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  return {
    child,
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, said }))),
  };
}
