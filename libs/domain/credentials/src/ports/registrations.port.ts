import { token } from '#domain/kernel';
import type { Identifier } from '#domain/identity';
import type { LinkReference } from '../model/link.js';
import type { PendingRegistration } from '../model/registration.js';

export type RegistrationOutcome =
  | { readonly outcome: 'spent'; readonly registration: PendingRegistration }
  | { readonly outcome: 'invalid' | 'expired' };

/**
 * Registrations whose address is not proved yet, inside a unit of work. They occupy nothing: an address counts
 * as somebody's only once it is proved, and then, by whatever way it was, every pending registration of it is
 * gone, with its account and password (pre-hijacking: Sudhodanan and Paverd, USENIX Security 2022). The accounts
 * store sees to that.
 */
export interface Registrations {
  /** Write-behind. The account and its password have stores of their own. */
  insert(registration: PendingRegistration): void;
  /** The only one of the address; null when there is none, or several: then nobody knows whose password it would be. */
  findOnly(identifier: Identifier): Promise<PendingRegistration | null>;
  /** Write-behind: a newer link in place of the older. No effect on an account that is not pending. */
  renewLink(userId: string, linkMac: string, linkExpiresAt: Date): void;
  /**
   * One conditional write: of any number of parallel calls with the right token one is `spent`, and the
   * registration is over.
   */
  spend(link: LinkReference, now: Date): Promise<RegistrationOutcome>;
  /** Write-behind: erases the account and the password of a registration that was spent in vain. */
  discard(userId: string): void;
}

/** For the worker. */
export interface ExpiredRegistrations {
  /**
   * Erases pending accounts registered before `createdBefore`, at most `limit` at once; returns how many. Safe
   * to run on several instances at the same time.
   */
  erase(createdBefore: Date, limit: number): Promise<number>;
}

export const EXPIRED_REGISTRATIONS = token<ExpiredRegistrations>('ExpiredRegistrations');
