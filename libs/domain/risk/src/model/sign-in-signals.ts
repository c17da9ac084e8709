import type { Place } from './place.js';

/** What is known of a sign-in at the moment when its account and devices have been read. */
export interface SignInSignals {
  readonly address: string;
  readonly at: Date;
  /** The account was never used, without looking like somebody else, from a device with these traits. */
  readonly newDevice: boolean;
  /** Null for the account's first sign-in: with nothing to compare to, nothing is new or unusual. */
  readonly history: SignInHistory | null;
  /** Sessions that the account opened within the last hour, before this one. */
  readonly recentSignIns: number;
  /** Wrong proofs before the right one. */
  readonly failedAttempts: number;
}

/** Where and when the account signed in before, in sign-ins that did not look like somebody else's. */
export interface SignInHistory {
  /** The last one whose place is known. */
  readonly last: { readonly at: Date; readonly place: Place } | null;
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  /** Sign-ins by hour of the day, 24 counts, UTC. */
  readonly hours: readonly number[];
}
