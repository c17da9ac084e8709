/** A bucket of `capacity` tokens that an empty one regains evenly over `windowSeconds`. */
export interface BucketLimit {
  readonly capacity: number;
  readonly windowSeconds: number;
}

/** Everything that the `RateLimit-*` and `Retry-After` headers say. */
export interface BucketDecision {
  readonly allowed: boolean;
  /** The bucket's capacity. */
  readonly limit: number;
  /** Whole tokens left. */
  readonly remaining: number;
  /** Seconds until the bucket is full again. */
  readonly resetSeconds: number;
  /** Seconds until there is a token again; 0 when the request was allowed. */
  readonly retryAfterSeconds: number;
  /** What the whole numbers above round: the microseconds of refill that the bucket lacks. */
  readonly debt: number;
}

/**
 * Microseconds that one token takes to come back. Whole, so that sums are exact in a double and in Lua, and
 * rounded up, so that a bucket never gives more than its limit says; hence at most a million tokens a second.
 */
export const tokenInterval = ({ capacity, windowSeconds }: BucketLimit): number =>
  Math.ceil((windowSeconds * 1_000_000) / capacity);

/** The decision that a bucket lacking `debt` microseconds of refill stands for. */
export const bucketDecision = (limit: BucketLimit, debt: number, allowed: boolean): BucketDecision => {
  const interval = tokenInterval(limit);
  const credit = interval * limit.capacity - debt;
  return {
    allowed,
    limit: limit.capacity,
    remaining: Math.floor(credit / interval),
    resetSeconds: Math.ceil(debt / 1_000_000),
    retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((interval - credit) / 1_000_000)),
    debt,
  };
};

/**
 * A token bucket whose whole state is one number: the instant at which it is full again. What lies between
 * now and then is its debt; each token adds one interval to it. A forgotten bucket and a full one are the
 * same thing, which is what makes dropping idle ones safe.
 *
 * Only time that moves forward refills: a clock set back never leaves a bucket fuller than it was, and holds
 * it empty for one window at most.
 */
export class TokenBucket {
  /** In microseconds since the epoch. */
  #fullAt = 0;

  /** Takes up to `tokens`, as many as there are; allowed means that all of them were there. */
  take(limit: BucketLimit, now: Date, tokens = 1): BucketDecision {
    const interval = tokenInterval(limit);
    const debt = this.#debt(limit, now);
    const taken = Math.min(tokens, limit.capacity - Math.ceil(debt / interval));
    return bucketDecision(limit, this.#owe(debt + taken * interval, now), taken === tokens);
  }

  /** Owes at least `debt` from now on: others have spent what this bucket did not know of. */
  raiseDebt(debt: number, limit: BucketLimit, now: Date): void {
    this.#owe(Math.max(this.#debt(limit, now), debt), now);
  }

  #debt(limit: BucketLimit, now: Date): number {
    const burst = tokenInterval(limit) * limit.capacity;
    return Math.min(Math.max(this.#fullAt - now.getTime() * 1_000, 0), burst);
  }

  #owe(debt: number, now: Date): number {
    this.#fullAt = now.getTime() * 1_000 + debt;
    return debt;
  }
}
