import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Long enough for the build that the first start makes where there is none. */
const STARTED_WITHIN = 120_000;

describe('npm start', () => {
  let dataDir: string;
  const running: ChildProcess[] = [];

  const npmStart = (env: Record<string, string> = {}) => {
    const { NODE_ENV: _test, REDIS_URL: _redis, DATABASE_URL: _database, ...inherited } = process.env;
    const child = spawn('npm', ['start'], {
      cwd: root,
      env: { ...inherited, PORT: '0', DATA_DIR: dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    let said = '';
    const exited = new Promise<{ code: number | null; said: string }>((resolve) => {
      child.on('close', (code) => resolve({ code, said }));
    });
    const url = new Promise<string>((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        said += chunk.toString();
        const [, origin] = /API\s+(http:\/\/[^/\s]+)/.exec(said) ?? [];
        if (origin) resolve(origin);
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      void exited.then(() => reject(new Error(said)));
    });
    url.catch(() => undefined);
    return { child, url, exited };
  };

  const signingKey = async (url: string) => {
    const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as {
      keys: { kid: string }[];
    };
    return keys[0]?.kid;
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-start-'));
  });

  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, 'close');
    }
  });

  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  it(
    'serves, stops cleanly when told to, and finds its data again',
    async () => {
      const first = npmStart();
      const url = await first.url;
      expect((await fetch(`${url}/ready`)).status).toBe(200);
      expect((await fetch(`${url}/docs`)).status).toBe(200);
      const key = await signingKey(url);
      first.child.kill('SIGINT');
      expect(await first.exited).toMatchObject({ code: 0 });

      const second = npmStart();
      expect(await signingKey(await second.url)).toBe(key);
      second.child.kill('SIGTERM');
      expect(await second.exited).toMatchObject({ code: 0 });
    },
    STARTED_WITHIN,
  );

  it(
    'names the port that is taken, and leaves nothing running',
    async () => {
      const squatter = createServer().listen(0, '127.0.0.1');
      await once(squatter, 'listening');
      const { port } = squatter.address() as AddressInfo;

      const { code, said } = await npmStart({ PORT: String(port) }).exited;
      squatter.close();

      expect(code).toBe(1);
      expect(said).toContain(`Port ${port}`);
      expect(said).not.toMatch(/^\s+at /m);
    },
    STARTED_WITHIN,
  );
});
