import { token } from '#domain/kernel';
import type { Identifier, IdentifierKind } from '../model/identifier.vo.js';
import type { User, VerifiedIdentifier } from '../model/user.entity.js';

/**
 * Accounts inside a unit of work. A `lock...` method holds the account's row until the transaction ends:
 * whatever is decided from the returned state is still true when it is written, and two sign-ins to one
 * account take turns.
 *
 * Writes are write-behind: they are stored with the commit. An identifier that another account holds makes
 * the whole unit of work fail with `identifier-taken`; the database's unique key decides every race.
 */
export interface Accounts {
  lockByIdentifier(identifier: Identifier): Promise<User | null>;
  lockById(userId: string): Promise<User | null>;
  insert(user: User): void;
  /** Stores status, profile and times; identifiers have their own methods below. */
  update(user: User): void;
  /** Also ends every pending registration of the address: now it is proved to be somebody's. */
  addIdentifier(userId: string, added: VerifiedIdentifier): void;
  removeIdentifier(userId: string, removed: VerifiedIdentifier): void;
  /**
   * Erases accounts deleted before `deletedBefore` with all that is theirs, those deleted longest ago first and at most
   * `limit`, frees their identifiers, and returns their ids. Passes over what another transaction holds, so that of
   * several instances each erases others.
   */
  eraseDeleted(deletedBefore: Date, limit: number): Promise<readonly string[]>;
}

/** What is known of an account outside a transaction: for showing, never for deciding. */
export interface AccountDirectory {
  findById(userId: string): Promise<User | null>;
  /** Whether an account holds the identifier, deleted ones included. */
  exists(kind: IdentifierKind, value: string): Promise<boolean>;
}

export const ACCOUNT_DIRECTORY = token<AccountDirectory>('AccountDirectory');
