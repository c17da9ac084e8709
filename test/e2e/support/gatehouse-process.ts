import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import supertest from 'supertest';

const root = join(import.meta.dirname, '../../..');

/** `gatehouse start` from the sources, in a process that can be told to stop, or killed. */
export class GatehouseProcess {
  #output = '';

  private constructor(
    private readonly child: ChildProcess,
    /** Resolves with the exit code, null after a signal that the process did not handle. */
    readonly exited: Promise<number | null>,
  ) {}

  url = '';

  static async start(env: Readonly<Record<string, string>>): Promise<GatehouseProcess> {
    const {
      DATABASE_URL: _database,
      REDIS_URL: _redis,
      ELASTICSEARCH_URL: _elasticsearch,
      ...inherited
    } = process.env;
    const child = spawn(
      process.execPath,
      ['--import', './test/support/typescript-loader.mjs', 'apps/cli/src/main.ts', 'start'],
      {
        cwd: root,
        env: { ...inherited, PORT: '0', RATE_LIMITS: 'off', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    const started = new GatehouseProcess(child, exited);
    started.url = await started.#origin();
    return started;
  }

  get output(): string {
    return this.#output;
  }

  request(): ReturnType<typeof supertest> {
    return supertest(this.url);
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(signal);
  }

  #origin(): Promise<string> {
    return new Promise((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        this.#output += chunk.toString();
        const [, origin] = /API\s+(http:\/\/[^/\s]+)/.exec(this.#output) ?? [];
        if (origin) resolve(origin);
      };
      this.child.stdout?.on('data', listen);
      this.child.stderr?.on('data', listen);
      void this.exited.then(() => reject(new Error(this.#output)));
    });
  }
}
