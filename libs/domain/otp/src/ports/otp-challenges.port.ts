import type { Profile } from '#domain/identity';
import type { ChallengeReference, NewChallenge, OtpPolicy } from '../model/otp-challenge.js';

export type IssueOutcome =
  | { readonly outcome: 'issued' }
  /** The send window is full, or the resend delay not over: nothing was changed. */
  | { readonly outcome: 'throttled'; readonly retryAt: Date };

/**
 * - `consumed`: the code was right and is now spent.
 * - `mismatch`: wrong; the attempt is counted. Also for a challenge that is spent, replaced or unknown.
 * - `exhausted`: no attempt is left on this challenge, or none today for this identifier.
 * - `expired`: the code's time is over.
 */
export type ConsumeOutcome =
  | {
      readonly outcome: 'consumed';
      readonly profile: Profile;
      /** Wrong guesses that came before, at this challenge. */
      readonly failedAttempts: number;
    }
  | { readonly outcome: 'mismatch' | 'exhausted' | 'expired' };

/**
 * One-time-code challenges, inside a unit of work. An identifier has at most one: the newest replaces the
 * older, and the counters that outlive a challenge (sends, wrong guesses) live in the same row.
 */
export interface OtpChallenges {
  /**
   * One conditional write: under any number of parallel calls, no more challenges are issued than the
   * sliding window allows.
   */
  issue(challenge: NewChallenge, policy: OtpPolicy): Promise<IssueOutcome>;
  /**
   * Counts the attempt, then compares, in one conditional write: of any number of parallel calls with the
   * right code one is `consumed`, and no more than `maxAttempts` guesses are ever compared.
   */
  consume(
    reference: ChallengeReference,
    codeMac: string,
    policy: OtpPolicy,
    now: Date,
  ): Promise<ConsumeOutcome>;
}
