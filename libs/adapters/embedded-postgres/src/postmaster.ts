import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { commandLine, isAlive } from './processes.js';
import type { Command } from './service-account.js';

const READY = 'database system is ready to accept connections';
const KEPT_LOG_LINES = 20;
const FAST_SHUTDOWN_MS = 20_000;

/** A PostgreSQL server that ended before it was ready, with what it said last. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';

  get portTaken(): boolean {
    return /could not bind .* address/i.test(this.message);
  }

  /** Another server has the folder, or the last one's processes have not all gone yet. */
  get folderBusy(): boolean {
    return /lock file "postmaster\.pid" already exists|pre-existing shared memory block/.test(this.message);
  }
}

/** One run of the PostgreSQL server as our child process. */
export class Postmaster {
  private constructor(
    private readonly child: ChildProcess,
    /** Settles with the server's last words once the process has ended, for whatever reason. */
    readonly ended: Promise<string>,
  ) {}

  /** Resolves when the server accepts connections. */
  static async launch(command: Command, log: (line: string) => void): Promise<Postmaster> {
    // A process group of its own: Ctrl-C at a terminal must reach Gatehouse only, which stops the database last.
    const child = spawn(command.file, command.args, {
      ...command.identity,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const tail: string[] = [];
    const ended = new Promise<string>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('close', () => resolve(tail.join('\n')));
    });
    const ready = new Promise<true>((resolve) => {
      createInterface(child.stderr).on('line', (line) => {
        log(line);
        tail.push(line);
        if (tail.length > KEPT_LOG_LINES) tail.shift();
        if (line.includes(READY)) resolve(true);
      });
    });
    const outcome = await Promise.race([ready, ended]);
    if (outcome !== true) throw new StartFailure(outcome);
    return new Postmaster(child, ended);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** A fast shutdown: sessions are ended, everything committed is on disk, and the next start needs no recovery. */
  async stop(): Promise<void> {
    this.child.kill('SIGINT');
    const impatience = setTimeout(() => this.child.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
    await this.ended;
    clearTimeout(impatience);
  }
}

/**
 * The pid and port of a server running on `data`, if there is one. A `postmaster.pid` that an unrelated
 * process's recycled pid makes look alive is removed, because PostgreSQL would refuse to start over it.
 */
export async function findRunning(data: string): Promise<{ pid: number; port: number } | undefined> {
  const file = join(data, 'postmaster.pid');
  const [pid, , , port] = (await readFile(file, 'utf8').catch(() => '')).split('\n').map(Number);
  if (!pid || !isAlive(pid)) return undefined;
  if (!commandLine(pid).includes(data)) {
    await rm(file, { force: true });
    return undefined;
  }
  return { pid, port: port ?? 0 };
}
