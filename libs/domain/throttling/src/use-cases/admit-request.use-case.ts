import { secondsUntil, type Clock } from '#domain/kernel';
import type { BucketName, ThrottlingPolicy } from '../model/throttling-policy.js';
import type { BucketDecision, BucketLimit } from '../model/token-bucket.js';
import type { AddressBlocks } from '../ports/address-blocks.port.js';
import type { RateLimiter } from '../ports/rate-limiter.port.js';

/** Names a caller who is known and trusted, by what is to have a budget of its own; null for everybody else. */
export type TrustedCaller = () => string | null | Promise<string | null>;

export interface AdmissionRequest {
  /** The client's network as limits count it: an IPv4 address or an IPv6 /64. */
  readonly address: string;
  readonly bucket: BucketName;
  /**
   * Asked only once the overall limit of an address is exceeded that is not blocked: what people who share an address
   * take from each other, a trusted one has again, and their requests are no strikes against it.
   */
  readonly trustedCaller?: TrustedCaller;
}

export interface Admission {
  readonly outcome: 'admitted' | 'rate-limited' | 'address-blocked';
  /** Fit for `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`. */
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
  /** Fit for `Retry-After`; 0 when admitted. */
  readonly retryAfterSeconds: number;
}

/**
 * Decides whether a request may go on, before anything is known about it but where it came from. Every
 * request passes the overall bucket, so that one is answered from memory and without a promise. Sign-in
 * attempts are what an attacker spreads over instances, so those wait for what all instances know.
 */
export class AdmitRequest {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly blocks: AddressBlocks,
    private readonly policy: ThrottlingPolicy,
    private readonly clock: Clock,
  ) {}

  execute({ address, bucket, trustedCaller }: AdmissionRequest): Admission | Promise<Admission> {
    const limit = this.policy.buckets[bucket];
    const blockedUntil = this.blocks.blockedHere(address);
    if (blockedUntil) return this.#blocked(limit, blockedUntil);

    const key = `${bucket}:${address}`;
    if (bucket !== 'overall') return this.#askEverywhere(address, key, limit);
    const decision = this.limiter.takeHere(key, limit);
    if (decision.allowed || !trustedCaller) return this.#admission(address, limit, decision);
    const conclude = (caller: string | null): Admission =>
      caller === null ? this.#admission(address, limit, decision) : this.#admitTrusted(address, caller);
    const caller = trustedCaller();
    return caller instanceof Promise ? caller.then(conclude) : conclude(caller);
  }

  #admitTrusted(address: string, caller: string): Admission {
    const { trusted, trustedTogether } = this.policy;
    const own = this.limiter.takeHere(`trusted:${caller}`, trusted);
    if (!own.allowed) return this.#admission(address, trusted, own);
    const together = this.limiter.takeHere(`trusted-at:${address}`, trustedTogether);
    return together.allowed
      ? this.#admission(address, trusted, own)
      : this.#admission(address, trustedTogether, together);
  }

  async #askEverywhere(address: string, key: string, limit: BucketLimit): Promise<Admission> {
    const [blockedUntil, decision] = await Promise.all([
      this.blocks.blockedEverywhere(address),
      this.limiter.takeEverywhere(key, limit),
    ]);
    return blockedUntil ? this.#blocked(limit, blockedUntil) : this.#admission(address, limit, decision);
  }

  #admission(address: string, limit: BucketLimit, decision: BucketDecision): Admission {
    const { allowed, remaining, resetSeconds, retryAfterSeconds } = decision;
    const blockedUntil = allowed ? null : this.blocks.strike(address, this.policy.block);
    if (blockedUntil) return this.#blocked(limit, blockedUntil);
    const outcome = allowed ? 'admitted' : 'rate-limited';
    return { outcome, limit: decision.limit, remaining, resetSeconds, retryAfterSeconds };
  }

  #blocked({ capacity }: BucketLimit, until: Date): Admission {
    const seconds = secondsUntil(until, this.clock.now());
    return {
      outcome: 'address-blocked',
      limit: capacity,
      remaining: 0,
      resetSeconds: seconds,
      retryAfterSeconds: seconds,
    };
  }
}
