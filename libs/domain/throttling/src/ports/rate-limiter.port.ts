import { token } from '#domain/kernel';
import type { BucketDecision, BucketLimit } from '../model/token-bucket.js';

/**
 * Token buckets counted twice: by this instance, and by the store that all instances share where there is
 * one. Both must allow. Losing the shared store loses neither this instance's count nor a request: neither
 * method throws or rejects.
 */
export interface RateLimiter {
  /**
   * Takes one token and answers at once, from what this instance has counted and has heard of the others.
   * They hear of it a moment later, so a burst spread over n instances passes n limits at worst, once.
   */
  takeHere(key: string, limit: BucketLimit): BucketDecision;
  /** Takes one token and answers when the shared store has agreed, or could not be asked in time. */
  takeEverywhere(key: string, limit: BucketLimit): Promise<BucketDecision>;
}

export const RATE_LIMITER = token<RateLimiter>('RateLimiter');

/** The count that all instances share. */
export interface SharedRateLimiter {
  /**
   * Takes up to `tokens`, as many as there are, in one atomic operation; allowed means that all of them
   * were there. Rejects soon, within the time that a waiting request can bear, when the store is gone.
   */
  take(key: string, limit: BucketLimit, tokens: number): Promise<BucketDecision>;
}

export const SHARED_RATE_LIMITER = token<SharedRateLimiter>('SharedRateLimiter');
