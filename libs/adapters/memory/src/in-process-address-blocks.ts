import { LRUCache } from 'lru-cache';
import { seconds, type Clock } from '#domain/kernel';
import type { BlockPolicy, Strike } from '#domain/throttling';

interface Strikes {
  count: number;
  readonly windowEndsAt: number;
}

/**
 * Address blocks of this process. Strikes and blocks are kept apart, at most `maxAddresses` of each, so that
 * the only thing that can push a block out is as many other blocks: each costs the attacker another address
 * and a full round of refusals. Addresses merely seen take no room, and one that keeps knocking stays.
 */
export class InProcessAddressBlocks {
  readonly #strikes: LRUCache<string, Strikes>;
  readonly #blockEnds: LRUCache<string, number>;

  constructor(
    private readonly clock: Clock,
    maxAddresses: number,
  ) {
    this.#strikes = new LRUCache({ max: maxAddresses });
    this.#blockEnds = new LRUCache({ max: maxAddresses });
  }

  strike(address: string, policy: BlockPolicy): Strike | null {
    const standing = this.blockedUntil(address);
    if (standing) return { until: standing, imposed: false };
    const now = this.clock.now().getTime();
    let strikes = this.#strikes.get(address);
    if (!strikes || strikes.windowEndsAt <= now) {
      strikes = { count: 0, windowEndsAt: now + seconds(policy.windowSeconds) };
      this.#strikes.set(address, strikes);
    }
    if (++strikes.count < policy.strikes) return null;
    return { until: this.block(address, new Date(now + seconds(policy.blockSeconds))), imposed: true };
  }

  /** Blocks the address until then, or for longer if it already is. */
  block(address: string, until: Date): Date {
    const end = Math.max(until.getTime(), this.#blockEnds.get(address) ?? 0);
    this.#strikes.delete(address);
    this.#blockEnds.set(address, end);
    return new Date(end);
  }

  blockedUntil(address: string): Date | null {
    const end = this.#blockEnds.get(address);
    if (end === undefined) return null;
    if (end > this.clock.now().getTime()) return new Date(end);
    this.#blockEnds.delete(address);
    return null;
  }
}
