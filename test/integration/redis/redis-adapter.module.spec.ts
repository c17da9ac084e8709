import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { RedisHealth } from '#adapters/redis';
import { SESSION_EVENTS, type SessionChange, type SessionEvents } from '#domain/session';
import { RATE_LIMITER, type RateLimiter } from '#domain/throttling';
import { RedisServer } from '../../support/redis-server.js';
import { eventually, timed } from './redis-client.js';
import { connected, startInstance } from './redis-instance.js';

const limit = { capacity: 5, windowSeconds: 600 };

describe('RedisAdapterModule', () => {
  let server: RedisServer;
  let apps: INestApplicationContext[];

  const start = async (): Promise<INestApplicationContext> => {
    const app = await startInstance(server.url);
    apps.push(app);
    return app;
  };
  beforeEach(async () => {
    server = await RedisServer.start();
    apps = [];
  });

  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await server.stop();
  });

  it('lets two instances share their counts and their session events', async () => {
    const [one, other] = [await start(), await start()];
    await Promise.all([connected(one), connected(other)]);
    for (let i = 0; i < 5; i++) await one.get<RateLimiter>(RATE_LIMITER).takeEverywhere('key', limit);
    const decision = await other.get<RateLimiter>(RATE_LIMITER).takeEverywhere('key', limit);
    expect(decision).toMatchObject({ allowed: false });

    const heard: SessionChange[] = [];
    const change: SessionChange = { userId: 'user-1', sessionIds: 'all' };
    other.get<SessionEvents>(SESSION_EVENTS).subscribe((told) => heard.push(told));
    await eventually(() => {
      one.get<SessionEvents>(SESSION_EVENTS).publish(change);
      return heard.length > 0;
    });
    expect(heard[0]).toEqual(change);
  });

  it('starts and works without Redis, and says that it is down', async () => {
    await server.kill();
    const app = await start();
    expect(await app.get(RedisHealth).ping()).toBe('down');
    expect(await app.get<RateLimiter>(RATE_LIMITER).takeEverywhere('key', limit)).toMatchObject({
      allowed: true,
    });
  });

  it.each([
    ['answers', () => Promise.resolve()],
    ['hangs', async () => server.hang()],
    ['is dead', () => server.kill()],
  ])(
    'leaves nothing behind that keeps the process from ending while Redis %s',
    async (_state, harm) => {
      const process = startProcess(server.url);
      await once(process.stdout, 'data');
      await harm();
      process.stdin.end();
      const { result, milliseconds } = await timed(() => once(process, 'exit'));
      expect(result).toEqual([0, null]);
      expect(milliseconds).toBeLessThan(3_000);
    },
    20_000,
  );
});

/** An instance as a process of its own, which closes when its input ends. */
const startProcess = (url: string): ChildProcessByStdio<Writable, Readable, null> => {
  const loader = new URL('../../support/typescript-loader.mjs', import.meta.url).href;
  const instance = fileURLToPath(new URL('redis-instance.ts', import.meta.url));
  return spawn(process.execPath, ['--import', loader, instance, url], { stdio: ['pipe', 'pipe', 'inherit'] });
};
