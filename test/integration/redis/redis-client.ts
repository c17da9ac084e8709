import { setTimeout } from 'node:timers/promises';
import { createRedisConnection } from '@nestjs-modules/ioredis';
import { Cluster, type Redis } from 'ioredis';
import type { Clock } from '#domain/kernel';
import { redisModuleOptions, type RedisClient } from '#adapters/redis';

/** A connection as the application makes it, whether or not anybody answers. */
export const dial = (url: string): RedisClient =>
  createRedisConnection(redisModuleOptions(url, 'test', (client) => client.on('error', () => undefined)));

export const connect = async (url: string): Promise<RedisClient> => {
  const client = dial(url);
  try {
    await eventually(
      () => client.status === 'ready' && nodesOf(client).every(({ status }) => status === 'ready'),
    );
    return client;
  } catch (error) {
    client.disconnect();
    throw error;
  }
};

/** Tries until it holds; for what another process does in its own time. */
export const eventually = async (
  holds: () => Promise<boolean> | boolean,
  withinMs = 10_000,
): Promise<void> => {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${holds.toString()}`);
    await setTimeout(5);
  }
};

export const timed = async <T>(work: () => Promise<T>): Promise<{ result: T; milliseconds: number }> => {
  const start = performance.now();
  const result = await work();
  return { result, milliseconds: performance.now() - start };
};

const AGE = `
local ttl = redis.call('PTTL', KEYS[1]) - ARGV[1]
if ttl <= 0 then return redis.call('DEL', KEYS[1]) end
redis.call('PEXPIRE', KEYS[1], ttl)
if ARGV[2] == 'bucket' then redis.call('DECRBY', KEYS[1], ARGV[1] * 1000) end
`;

/** Redis goes by its own clock; so a test lets time pass by making what is stored that much older. */
export const age = async (client: RedisClient, keyPrefix: string, milliseconds: number): Promise<void> => {
  for (const node of nodesOf(client)) {
    for (const key of await keysOf(node, keyPrefix)) {
      await node.eval(AGE, 1, key, milliseconds, key.startsWith(`${keyPrefix}bucket:`) ? 'bucket' : '');
    }
  }
};

export const nodesOf = (client: RedisClient): Redis[] =>
  client instanceof Cluster ? client.nodes('master') : [client];

export const keysOf = async (node: Redis, keyPrefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const page of node.scanStream({ match: `${keyPrefix}*`, count: 1_000 }))
    keys.push(...(page as string[]));
  return keys;
};

export const systemClock: Clock = { now: () => new Date() };
