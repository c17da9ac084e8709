import type { Result } from 'ioredis';
import {
  bucketDecision,
  tokenInterval,
  type BucketDecision,
  type BucketLimit,
  type SharedRateLimiter,
} from '#domain/throttling';
import type { RedisCircuit } from './redis-circuit.js';
import type { RedisClient } from './redis-connection.js';

/**
 * The arithmetic of `TokenBucket`, by the clock of Redis: the key holds the microsecond at which the bucket
 * is full again, and expires then.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst, tokens = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local fullAt = tonumber(redis.call('GET', KEYS[1]) or now)
local debt = math.min(math.max(fullAt - now, 0), burst)
local taken = math.min(tokens, math.floor((burst - debt) / interval))
debt = debt + taken * interval
redis.call('SET', KEYS[1], now + debt, 'PX', math.ceil(debt / 1000))
return { taken, debt }
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    gatehouseTake(
      key: string,
      interval: number,
      burst: number,
      tokens: number,
    ): Result<[taken: number, debt: number], Context>;
  }
}

export class RedisRateLimiter implements SharedRateLimiter {
  constructor(
    private readonly redis: RedisClient,
    private readonly circuit: RedisCircuit,
    private readonly keyPrefix: string,
  ) {
    redis.defineCommand('gatehouseTake', { numberOfKeys: 1, lua: TAKE });
  }

  async take(key: string, limit: BucketLimit, tokens: number): Promise<BucketDecision> {
    const interval = tokenInterval(limit);
    const [taken, debt] = await this.circuit.execute(() =>
      this.redis.gatehouseTake(`${this.keyPrefix}bucket:${key}`, interval, interval * limit.capacity, tokens),
    );
    return bucketDecision(limit, debt, taken === tokens);
  }
}
