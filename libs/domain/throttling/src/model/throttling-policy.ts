import { token } from '#domain/kernel';
import type { BucketLimit } from './token-bucket.js';

export type BucketName = 'overall' | 'sign-in';

/** An address refused `strikes` times within `windowSeconds` is blocked for `blockSeconds`. */
export interface BlockPolicy {
  readonly strikes: number;
  readonly windowSeconds: number;
  readonly blockSeconds: number;
}

export interface ThrottlingPolicy {
  readonly buckets: Readonly<Record<BucketName, BucketLimit>>;
  /** For a trusted caller, once their address is over the overall limit. */
  readonly trusted: BucketLimit;
  /** For all trusted callers at one address together: anybody can make accounts, and devices that they trust. */
  readonly trustedTogether: BucketLimit;
  readonly block: BlockPolicy;
}

export const DEFAULT_THROTTLING_POLICY: ThrottlingPolicy = {
  buckets: {
    overall: { capacity: 100, windowSeconds: 60 },
    'sign-in': { capacity: 5, windowSeconds: 60 },
  },
  trusted: { capacity: 200, windowSeconds: 60 },
  trustedTogether: { capacity: 2_000, windowSeconds: 60 },
  block: { strikes: 20, windowSeconds: 60, blockSeconds: 300 },
};

export const THROTTLING_POLICY = token<ThrottlingPolicy>('ThrottlingPolicy');
