import { token } from '#domain/kernel';
import type { EffectiveStatus, User } from '../model/user.entity.js';

/**
 * A place in the order of a search: between two accounts, whether or not the one it was made from still exists.
 * `key` is the time of creation (ISO 8601, milliseconds), or the text that matched, after an `i` for an identifier
 * or an `n` for a name.
 */
export interface AccountPlace {
  readonly key: string;
  readonly id: string;
}

export interface AccountQuery {
  /**
   * How an identifier or the display name begins; case does not count and no character is a wildcard. With it, those
   * who match by an identifier come first, by the first of theirs, then those who match by name alone, all by code
   * point: the order that an index on the text has, so that a page costs the same for one match as for a million.
   * Without it, newest first.
   */
  readonly startsWith: string | null;
  /** Null for all but deleted ones. */
  readonly status: EffectiveStatus | null;
  readonly role: string | null;
  readonly createdFrom: Date | null;
  /** Exclusive. */
  readonly createdTo: Date | null;
  readonly after: AccountPlace | null;
  readonly limit: number;
}

export interface AccountPage {
  readonly accounts: readonly User[];
  /** Null on the last page. */
  readonly next: AccountPlace | null;
}

/**
 * Finds accounts for administrators. Pages hold together while accounts come and go: each account that is there
 * all along is on one page.
 */
export interface AccountSearch {
  search(query: AccountQuery, now: Date): Promise<AccountPage>;
}

export const ACCOUNT_SEARCH = token<AccountSearch>('AccountSearch');
