import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis for contract suites, shared or not: every key must start with `keyPrefix`. */
export interface TestRedis {
  readonly url: string;
  readonly keyPrefix: string;
  stop(): Promise<void>;
}

/** The Redis at `REDIS_URL`, else one of our own. */
export const redisForTests = async (): Promise<TestRedis> => {
  const keyPrefix = `test-${randomUUID()}:`;
  const url = process.env['REDIS_URL'];
  if (url) return { url, keyPrefix, stop: () => Promise.resolve() };
  const server = await RedisServer.start();
  return { url: server.url, keyPrefix, stop: () => server.stop() };
};

/**
 * One that stays free while its server is down: Linux gives outgoing connections and `listen(0)` those from 32768 on. Ten
 * thousand above it, where a node of a Redis Cluster speaks to the others, nobody is given one either.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(11_000, 21_000);
    const probe = createServer().listen(port, '127.0.0.1');
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
};

/** A `redis-server` process on loopback that keeps nothing, for tests that do bad things to it. */
export class RedisServer {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly args: readonly string[],
    private process: ChildProcess,
  ) {}

  static async start(settings: readonly string[] = []): Promise<RedisServer> {
    return RedisServer.#start(() => ['--save', '', ...settings]);
  }

  static async startSentinel(config: readonly string[]): Promise<RedisServer> {
    return RedisServer.#start(async (folder) => {
      const file = join(folder, 'sentinel.conf');
      await writeFile(file, config.join('\n'));
      return [file, '--sentinel'];
    });
  }

  static async #start(settings: (folder: string) => string[] | Promise<string[]>): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-redis-'));
    const port = await freePort();
    const args = [...(await settings(folder)), '--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder];
    return new RedisServer(port, folder, args, await launch(args));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** As a power cut does: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
  }

  /** The process stops running but keeps its connections, like a machine that swaps. */
  hang(): void {
    this.process.kill('SIGSTOP');
  }

  resume(): void {
    this.process.kill('SIGCONT');
  }

  /** Comes back on the same port with nothing in it. */
  async restart(): Promise<void> {
    await this.kill();
    this.process = await launch(this.args);
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

const READY = /Ready to accept connections|Sentinel ID is/;

const launch = (args: readonly string[]): Promise<ChildProcess> =>
  new Promise((resolve, reject) => {
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (READY.test(output)) resolve(child);
    });
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const missing =
        'These tests need a Redis: set REDIS_URL, or install one (Debian: apt install redis-server).';
      reject(cause.code === 'ENOENT' ? new Error(missing, { cause }) : cause);
    });
    child.once('exit', () => reject(new Error(`redis-server did not start:\n${output}`)));
  });
