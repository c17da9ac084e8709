import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  RedisAddressBlocks,
  RedisCircuit,
  RedisRateLimiter,
  RedisRoleEvents,
  RedisSessionEvents,
  type RedisClient,
} from '#adapters/redis';
import { describeRoleEventsContract } from '#domain/access/testing';
import { describeSessionEventsContract } from '#domain/session/testing';
import {
  describeSharedAddressBlocksContract,
  describeSharedRateLimiterContract,
} from '#domain/throttling/testing';
import { redisForTests, type TestRedis } from '../../support/redis-server.js';
import { age, connect, eventually, keysOf, nodesOf, systemClock } from './redis-client.js';
import { startCluster, startSentinel, type RedisTopology } from './redis-topologies.js';

const dedicated = async (starting: Promise<RedisTopology>): Promise<TestRedis> => ({
  ...(await starting),
  keyPrefix: 'test:',
});

describe.each([
  ['one Redis', redisForTests],
  ['Redis behind Sentinel', () => dedicated(startSentinel())],
  ['Redis Cluster', () => dedicated(startCluster())],
])('on %s', (_name, start) => {
  let redis: TestRedis;
  let client: RedisClient;
  let limiter: RedisRateLimiter;
  let blocks: RedisAddressBlocks;

  beforeAll(async () => {
    redis = await start();
    client = await connect(redis.url);
    const circuit = new RedisCircuit();
    limiter = new RedisRateLimiter(client, circuit, redis.keyPrefix);
    blocks = new RedisAddressBlocks(client, circuit, redis.keyPrefix, systemClock);
  }, 30_000);

  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });

  const advance = (milliseconds: number) => age(client, redis.keyPrefix, milliseconds);

  describeSharedRateLimiterContract('RedisRateLimiter', () => ({
    take: (...taken) => limiter.take(...taken),
    advance,
  }));

  describeSharedAddressBlocksContract('RedisAddressBlocks', () => ({
    strike: (...struck) => blocks.strike(...struck),
    blockedUntil: (address) => blocks.blockedUntil(address),
    advance,
    clock: systemClock,
  }));

  describeSessionEventsContract('RedisSessionEvents', async () => {
    const subscribers = await Promise.all([connect(redis.url), connect(redis.url)]);
    const channel = `${redis.keyPrefix}session-events-${crypto.randomUUID()}`;
    const [one, other] = subscribers.map(
      (subscriber) => new RedisSessionEvents(client, subscriber, new RedisCircuit(), channel),
    );
    await eventually(async () => (await listeners(client, channel)) === 2);
    return {
      one: one!,
      other: other!,
      close: () => subscribers.forEach((subscriber) => subscriber.disconnect()),
    };
  });

  describeRoleEventsContract('RedisRoleEvents', async () => {
    const subscribers = await Promise.all([connect(redis.url), connect(redis.url)]);
    const channel = `${redis.keyPrefix}role-events-${crypto.randomUUID()}`;
    const [one, other] = subscribers.map(
      (subscriber) => new RedisRoleEvents(client, subscriber, new RedisCircuit(), channel),
    );
    await eventually(async () => (await listeners(client, channel)) === 2);
    return {
      one: one!,
      other: other!,
      close: () => subscribers.forEach((subscriber) => subscriber.disconnect()),
    };
  });

  it('keeps sessions and roles apart on the one connection that hears of both', async () => {
    const subscriber = await connect(redis.url);
    const channel = (of: string) => `${redis.keyPrefix}${of}-${suffix}`;
    const suffix = crypto.randomUUID();
    const sessions = new RedisSessionEvents(client, subscriber, new RedisCircuit(), channel('sessions'));
    const roles = new RedisRoleEvents(client, subscriber, new RedisCircuit(), channel('roles'));
    const heard: string[] = [];
    sessions.subscribe(() => heard.push('sessions'));
    roles.subscribe(() => heard.push('roles'));
    await eventually(
      async () =>
        (await listeners(client, channel('sessions'))) + (await listeners(client, channel('roles'))) === 2,
    );
    await client.publish(channel('sessions'), '"moderator"');
    await client.publish(channel('roles'), JSON.stringify({ userId: 'user-1', sessionIds: 'all' }));
    await client.publish(channel('roles'), '"moderator"');
    await eventually(async () => heard.length > 0);
    subscriber.disconnect();
    expect(heard).toEqual(['roles']);
  });

  it('refills by the clock of Redis, evenly, without anybody moving it', async () => {
    const limit = { capacity: 100, windowSeconds: 1 };
    for (let round = 0; round < 3; round++) {
      await limiter.take('refill', limit, 100);
      await eventually(async () => (await limiter.take('refill', limit, 1)).allowed, 300);
    }
  });

  it('is empty for one window, no longer, after the clock of Redis was set back an hour', async () => {
    const limit = { capacity: 5, windowSeconds: 60 };
    await limiter.take('set-back', limit, 5);
    await advance(-3_600_000);
    expect(await limiter.take('set-back', limit, 1)).toMatchObject({ allowed: false, resetSeconds: 60 });
    await advance(60_000);
    expect(await limiter.take('set-back', limit, 5)).toMatchObject({ allowed: true });
  });

  it('leaves no key behind for good', async () => {
    await limiter.take('overall:203.0.113.1', { capacity: 5, windowSeconds: 60 }, 1);
    const policy = { strikes: 2, windowSeconds: 60, blockSeconds: 300 };
    for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.2']) await blocks.strike(address, policy);
    const lifetimes = await Promise.all(
      nodesOf(client).map(async (node) => {
        const keys = await keysOf(node, redis.keyPrefix);
        return Promise.all(keys.map(async (key) => [key, await node.pttl(key)] as const));
      }),
    );
    const remaining = new Map(lifetimes.flat());
    expect([...remaining.values()].every((milliseconds) => milliseconds > 0)).toBe(true);
    expect(remaining.get(`${redis.keyPrefix}bucket:overall:203.0.113.1`)).toBeLessThanOrEqual(12_000);
    expect(remaining.get(`${redis.keyPrefix}strikes:{203.0.113.1}`)).toBeLessThanOrEqual(60_000);
    expect(remaining.get(`${redis.keyPrefix}block:{203.0.113.2}`)).toBeLessThanOrEqual(300_000);
  });

  it('sends its scripts again to a Redis that has forgotten them', async () => {
    await limiter.take('scripts', { capacity: 5, windowSeconds: 60 }, 1);
    await Promise.all(nodesOf(client).map((node) => node.script('FLUSH')));
    expect(await limiter.take('scripts', { capacity: 5, windowSeconds: 60 }, 1)).toMatchObject({
      remaining: 3,
    });
  });

  it('tells of nothing when a message on the channel makes no sense', async () => {
    const subscriber = await connect(redis.url);
    const channel = `${redis.keyPrefix}nonsense`;
    const events = new RedisSessionEvents(client, subscriber, new RedisCircuit(), channel);
    await eventually(async () => (await listeners(client, channel)) === 1);
    const heard: unknown[] = [];
    const last = new Promise<void>((resolve) => {
      events.subscribe((change) => {
        heard.push(change);
        if (change.userId === 'last') resolve();
      });
    });
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"userId":1,"sessionIds":"all"}',
      '{"userId":"u","sessionIds":[1]}',
    ]) {
      await client.publish(channel, text);
    }
    await client.publish(channel, '{"userId":"last","sessionIds":"all"}');
    await last;
    expect(heard).toEqual([{ userId: 'last', sessionIds: 'all' }]);
    subscriber.disconnect();
  });
});

const listeners = async (client: RedisClient, channel: string): Promise<number> => {
  const counts = await Promise.all(nodesOf(client).map((node) => node.pubsub('NUMSUB', channel)));
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
};
