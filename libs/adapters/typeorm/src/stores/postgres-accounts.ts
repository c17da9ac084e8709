import {
  Identifier,
  User,
  type AccountDirectory,
  type Accounts,
  type IdentifierKind,
  type UserStatus,
  type VerifiedIdentifier,
} from '#domain/identity';
import type { PostgresTransaction, Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { ERASE_REGISTRATIONS_OF_ADDRESS } from './postgres-registrations.js';

export interface UserRow {
  readonly id: string;
  readonly status: UserStatus;
  readonly display_name: string | null;
  readonly locale: string | null;
  readonly roles: string[];
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly deleted_at: Date | null;
  readonly locked_until: Date | null;
}

export interface IdentifierRow {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly id: string;
  readonly verified_at: Date;
}

/** One by one: a prepared `SELECT *` fails for good once a newer version has added a column. */
export const USER_COLUMNS = `u.id, u.status, u.display_name, u.locale, u.roles, u.created_at, u.updated_at, u.deleted_at,
  u.locked_until`;

const FIND = statement('user_find', `SELECT ${USER_COLUMNS} FROM gatehouse.users u WHERE id = $1`);
const LOCK = statement('user_lock', `SELECT ${USER_COLUMNS} FROM gatehouse.users u WHERE id = $1 FOR UPDATE`);
const IDENTIFIERS = statement(
  'user_identifiers',
  `SELECT kind, value, id, verified_at FROM gatehouse.user_identifiers WHERE user_id = $1 ORDER BY id`,
);
const LOCK_BY_IDENTIFIER = statement(
  'user_lock_by_identifier',
  `SELECT ${USER_COLUMNS} FROM gatehouse.user_identifiers i JOIN gatehouse.users u ON u.id = i.user_id
   WHERE i.kind = $1 AND i.value = $2 FOR UPDATE OF u`,
);
const SIBLING_IDENTIFIERS = statement(
  'user_sibling_identifiers',
  `SELECT s.kind, s.value, s.id, s.verified_at, s.user_id
   FROM gatehouse.user_identifiers i JOIN gatehouse.user_identifiers s ON s.user_id = i.user_id
   WHERE i.kind = $1 AND i.value = $2 ORDER BY s.id`,
);
const INSERT = statement(
  'user_insert',
  `INSERT INTO gatehouse.users
     (id, status, display_name, locale, roles, created_at, updated_at, deleted_at, locked_until)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const UPDATE = statement(
  'user_update',
  `UPDATE gatehouse.users
   SET status = $2, display_name = $3, locale = $4, roles = $5, updated_at = $6, deleted_at = $7,
     locked_until = $8
   WHERE id = $1`,
);
const ADD_IDENTIFIER = statement(
  'user_add_identifier',
  `INSERT INTO gatehouse.user_identifiers (kind, value, user_id, id, verified_at) VALUES ($1, $2, $3, $4, $5)`,
);
const REMOVE_IDENTIFIER = statement(
  'user_remove_identifier',
  `DELETE FROM gatehouse.user_identifiers WHERE kind = $1 AND value = $2 AND user_id = $3`,
);
const EXISTS = statement(
  'user_exists',
  `SELECT FROM gatehouse.user_identifiers WHERE kind = $1 AND value = $2`,
);
/**
 * Challenges go by their own age: a sign-in locks the challenge before the account, and the day's count of
 * wrong guesses outlives either.
 */
const ERASE_DELETED = statement(
  'user_erase_deleted',
  `WITH doomed AS (
     SELECT id FROM gatehouse.users
     WHERE status = 'deleted' AND deleted_at < $1
     ORDER BY deleted_at LIMIT $2 FOR UPDATE SKIP LOCKED
   ), identifiers AS (
     DELETE FROM gatehouse.user_identifiers i USING doomed d WHERE i.user_id = d.id
   ), sessions AS (
     DELETE FROM gatehouse.sessions s USING doomed d WHERE s.user_id = d.id
   ), devices AS (
     DELETE FROM gatehouse.devices v USING doomed d WHERE v.user_id = d.id
   ), passwords AS (
     DELETE FROM gatehouse.passwords p USING doomed d WHERE p.user_id = d.id
   )
   DELETE FROM gatehouse.users u USING doomed d WHERE u.id = d.id RETURNING u.id`,
);

/**
 * Identifiers are read by a statement of their own after the lock: a statement that waits for a row lock
 * sees the newest version of that row but keeps an older view of every other.
 */
export class PostgresAccounts implements Accounts {
  constructor(private readonly db: PostgresTransaction) {}

  async lockByIdentifier({ kind, value }: Identifier): Promise<User | null> {
    const [users, identifiers] = await Promise.all([
      this.db.query<UserRow>(LOCK_BY_IDENTIFIER, [kind, value]),
      this.db.query<IdentifierRow & { readonly user_id: string }>(SIBLING_IDENTIFIERS, [kind, value]),
    ]);
    // Whoever held the identifier may have lost it while this waited for the lock.
    const holder = users.rows.find(({ id }) => id === identifiers.rows[0]?.user_id);
    if (!holder) return null;
    this.db.claim(holder.id);
    return toUser(holder, identifiers.rows);
  }

  async lockById(userId: string): Promise<User | null> {
    this.db.claim(userId);
    const [users, identifiers] = await Promise.all([
      this.db.query<UserRow>(LOCK, [userId]),
      this.db.query<IdentifierRow>(IDENTIFIERS, [userId]),
    ]);
    return users.rows[0] ? toUser(users.rows[0], identifiers.rows) : null;
  }

  insert({ state }: User): void {
    const { id, status, profile, roles, createdAt, updatedAt, deletedAt, lockedUntil } = state;
    const { displayName, locale } = profile;
    const times = [createdAt, updatedAt, deletedAt, lockedUntil];
    this.db.defer(INSERT, [id, status, displayName, locale, roles, ...times]);
    for (const identifier of state.identifiers) this.addIdentifier(id, identifier);
  }

  update({ state }: User): void {
    const { id, status, profile, roles, updatedAt, deletedAt, lockedUntil } = state;
    const { displayName, locale } = profile;
    this.db.defer(UPDATE, [id, status, displayName, locale, roles, updatedAt, deletedAt, lockedUntil]);
  }

  addIdentifier(userId: string, { id, identifier, verifiedAt }: VerifiedIdentifier): void {
    this.db.defer(ADD_IDENTIFIER, [identifier.kind, identifier.value, userId, id, verifiedAt]);
    if (identifier.kind === 'email') this.db.defer(ERASE_REGISTRATIONS_OF_ADDRESS, [identifier.value]);
  }

  removeIdentifier(userId: string, { identifier }: VerifiedIdentifier): void {
    this.db.defer(REMOVE_IDENTIFIER, [identifier.kind, identifier.value, userId]);
  }

  async eraseDeleted(deletedBefore: Date, limit: number): Promise<readonly string[]> {
    const { rows } = await this.db.query<{ readonly id: string }>(ERASE_DELETED, [deletedBefore, limit]);
    return rows.map(({ id }) => id);
  }
}

export class PostgresAccountDirectory implements AccountDirectory {
  constructor(private readonly db: Queryable) {}

  async findById(userId: string): Promise<User | null> {
    const [users, identifiers] = await Promise.all([
      this.db.query<UserRow>(FIND, [userId]),
      this.db.query<IdentifierRow>(IDENTIFIERS, [userId]),
    ]);
    return users.rows[0] ? toUser(users.rows[0], identifiers.rows) : null;
  }

  async exists(kind: IdentifierKind, value: string): Promise<boolean> {
    const { rowCount } = await this.db.query(EXISTS, [kind, value]);
    return rowCount === 1;
  }
}

export function toUser(row: UserRow, identifiers: readonly IdentifierRow[]): User {
  return User.restore({
    id: row.id,
    status: row.status,
    profile: { displayName: row.display_name, locale: row.locale },
    roles: row.roles,
    identifiers: identifiers.map(({ id, kind, value, verified_at }) => ({
      id,
      identifier: Identifier.of(kind, value),
      verifiedAt: verified_at,
    })),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    lockedUntil: row.locked_until,
  });
}
