import { LRUCache } from 'lru-cache';
import type { Clock } from '#domain/kernel';
import { TokenBucket, type BucketDecision, type BucketLimit } from '#domain/throttling';

/**
 * Token buckets of this process, at most `maxKeys` of them. The least recently used gives way, and a bucket
 * that has been idle for its window is full anyway: to gain by eviction, an attacker has to keep more than
 * `maxKeys` addresses busy within one window, and who has those needs no eviction.
 */
export class InProcessRateLimiter {
  readonly #buckets: LRUCache<string, TokenBucket>;

  constructor(
    private readonly clock: Clock,
    maxKeys: number,
  ) {
    this.#buckets = new LRUCache({ max: maxKeys });
  }

  take(key: string, limit: BucketLimit, tokens = 1): BucketDecision {
    return this.#bucket(key).take(limit, this.clock.now(), tokens);
  }

  /** Owes at least `debt` from now on; see `TokenBucket`. */
  raiseDebt(key: string, limit: BucketLimit, debt: number): void {
    this.#bucket(key).raiseDebt(debt, limit, this.clock.now());
  }

  #bucket(key: string): TokenBucket {
    let bucket = this.#buckets.get(key);
    if (!bucket) this.#buckets.set(key, (bucket = new TokenBucket()));
    return bucket;
  }
}
