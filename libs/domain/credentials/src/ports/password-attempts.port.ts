import type { Identifier } from '#domain/identity';
import { token } from '#domain/kernel';
import type { KnownDevice } from '#domain/session';
import type { LockoutPolicy } from '../model/lockout.js';
import type { StoredPassword } from './passwords.port.js';

export interface SignInAttempt {
  readonly identifier: Identifier;
  /** The client's network, as limits count it. */
  readonly network: string;
  readonly device: KnownDevice | null;
}

/** What an admitted attempt was counted on, to be taken back should it succeed. */
export interface CountedAttempt {
  /** An account, or an identifier that has none, or a device or session of an account. */
  readonly counter: FailureCounter;
  /** Null where the network does not count. */
  readonly network: FailureCounter | null;
}

export interface FailureCounter {
  readonly subject: string;
  /** Empty for the subject itself. */
  readonly device: string;
  /** The wait that this attempt left behind; in the past for none. */
  readonly blockedUntil: Date;
}

/**
 * - `admitted`: counted as a failure until it is forgiven; may be compared.
 * - `refused`: too soon after the failures before it. Not compared, and not counted on the account.
 */
export type ClaimOutcome =
  | {
      readonly outcome: 'admitted';
      readonly userId: string | null;
      /** Null also for an account that has none. */
      readonly password: StoredPassword | null;
      /** In a row, this one included. */
      readonly failures: number;
      readonly counted: CountedAttempt;
    }
  | {
      readonly outcome: 'refused';
      readonly userId: string | null;
      readonly retryAt: Date;
      /** Whether so many failures came before that it is a lock rather than a delay. */
      readonly locked: boolean;
    };

/**
 * Counts attempts outside a unit of work, because a hash is computed between counting and deciding; each method
 * is one conditional write. Of any number of parallel attempts no more are admitted than the policy's
 * schedule allows, and unknown identifiers are counted as accounts are.
 */
export interface PasswordAttempts {
  /**
   * A device that the account knows has a counter of its own and no other, so that strangers' failures do not
   * lock its owner out. Everybody else counts on the account and on their network.
   */
  claim(attempt: SignInAttempt, policy: LockoutPolicy, now: Date): Promise<ClaimOutcome>;
  /** For somebody who is signed in and names the current password; counted by session. */
  claimWithin(userId: string, sessionId: string, policy: LockoutPolicy, now: Date): Promise<ClaimOutcome>;
}

export const PASSWORD_ATTEMPTS = token<PasswordAttempts>('PasswordAttempts');

/** Counted failures inside a unit of work. Writes are write-behind: they are stored with the commit. */
export interface PasswordFailures {
  /** The attempt was never compared: it is as if it had not been made. */
  takeBack(counted: CountedAttempt): void;
  /** The attempt succeeded: its account or device starts over, its network gets the one attempt back. */
  forgive(counted: CountedAttempt): void;
  /** Unlocks the account on all its devices: after a reset, or by an administrator. */
  clear(userId: string): void;
}
