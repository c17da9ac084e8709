import type { Result } from 'ioredis';
import { addMilliseconds, seconds, type Clock } from '#domain/kernel';
import type { BlockPolicy, SharedAddressBlocks, Strike } from '#domain/throttling';
import type { RedisCircuit } from './redis-circuit.js';
import type { RedisClient } from './redis-connection.js';

/**
 * A block is a key that lives as long as the block does; the answer is its remaining milliseconds or 0, and
 * whether this strike imposed it.
 */
const STRIKE = `
local standing = redis.call('PTTL', KEYS[2])
if standing > 0 then return {standing, 0} end
local strikes = redis.call('INCR', KEYS[1])
if strikes == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if strikes < tonumber(ARGV[1]) then return {0, 0} end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[2], '', 'PX', ARGV[3])
return {tonumber(ARGV[3]), 1}
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    gatehouseStrike(
      strikesKey: string,
      blockKey: string,
      strikes: number,
      windowMs: number,
      blockMs: number,
    ): Result<[remaining: number, imposed: number], Context>;
  }
}

export class RedisAddressBlocks implements SharedAddressBlocks {
  constructor(
    private readonly redis: RedisClient,
    private readonly circuit: RedisCircuit,
    private readonly keyPrefix: string,
    private readonly clock: Clock,
  ) {
    redis.defineCommand('gatehouseStrike', { numberOfKeys: 2, lua: STRIKE });
  }

  async strike(
    address: string,
    { strikes, windowSeconds, blockSeconds }: BlockPolicy,
  ): Promise<Strike | null> {
    const [remaining, imposed] = await this.circuit.execute(() =>
      this.redis.gatehouseStrike(
        this.#key('strikes', address),
        this.#key('block', address),
        strikes,
        seconds(windowSeconds),
        seconds(blockSeconds),
      ),
    );
    const until = this.#end(remaining);
    return until && { until, imposed: imposed === 1 };
  }

  async blockedUntil(address: string): Promise<Date | null> {
    return this.#end(await this.circuit.execute(() => this.redis.pttl(this.#key('block', address))));
  }

  /** The braces make Cluster keep both keys of an address on one node. */
  #key(kind: 'strikes' | 'block', address: string): string {
    return `${this.keyPrefix}${kind}:{${address}}`;
  }

  #end(remaining: number): Date | null {
    return remaining > 0 ? addMilliseconds(this.clock.now(), remaining) : null;
  }
}
