import {
  MAX_PENDING_PER_ADDRESS,
  type ExpiredRegistrations,
  type LinkReference,
  type PendingRegistration,
  type RegistrationOutcome,
  type Registrations,
} from '#domain/credentials';
import { Identifier } from '#domain/identity';
import type { PostgresTransaction, Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

interface RegistrationRow {
  readonly user_id: string;
  readonly email: string;
  readonly username: string | null;
  readonly link_mac: string;
  readonly link_expires_at: Date;
  readonly created_at: Date;
}

const COLUMNS = 'user_id, email, username, link_mac, link_expires_at, created_at';

const INSERT = statement(
  'registration_insert',
  `INSERT INTO gatehouse.pending_registrations (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)`,
);
const FIND_TWO = statement(
  'registration_find_two',
  `SELECT ${COLUMNS} FROM gatehouse.pending_registrations WHERE email = $1 LIMIT 2`,
);
const RENEW_LINK = statement(
  'registration_renew_link',
  `UPDATE gatehouse.pending_registrations SET link_mac = $2, link_expires_at = $3 WHERE user_id = $1`,
);
const SPEND = statement(
  'registration_spend',
  `DELETE FROM gatehouse.pending_registrations
   WHERE user_id = $1 AND link_mac = $2 AND link_expires_at > $3 RETURNING ${COLUMNS}`,
);
const HOLDS_LINK = statement(
  'registration_holds_link',
  `SELECT FROM gatehouse.pending_registrations WHERE user_id = $1 AND link_mac = $2`,
);

/**
 * Erases registrations with their accounts and passwords. One that somebody is proving right now is passed over,
 * because that one waits for this transaction's address: its own unique key will tell it.
 */
const erase = (which: string): string =>
  `WITH doomed AS (
     SELECT user_id FROM gatehouse.pending_registrations WHERE user_id IN (${which}) FOR UPDATE SKIP LOCKED
   ), accounts AS (
     DELETE FROM gatehouse.users u USING doomed d WHERE u.id = d.user_id AND u.status = 'pending' RETURNING u.id
   ), passwords AS (
     DELETE FROM gatehouse.passwords p USING accounts a WHERE p.user_id = a.id
   )
   DELETE FROM gatehouse.pending_registrations r USING doomed d WHERE r.user_id = d.user_id`;

const OF_ADDRESS = 'SELECT user_id FROM gatehouse.pending_registrations WHERE email = $1';

const ERASE_OLDEST = statement(
  'registration_erase_oldest',
  erase(`${OF_ADDRESS} ORDER BY created_at DESC, user_id DESC OFFSET ${MAX_PENDING_PER_ADDRESS}`),
);
/** For whatever proves an address, be it a link or a code. */
export const ERASE_REGISTRATIONS_OF_ADDRESS = statement('registration_erase_of_address', erase(OF_ADDRESS));

const DISCARD = statement(
  'registration_discard',
  `WITH account AS (
     DELETE FROM gatehouse.users WHERE id = $1 AND status = 'pending' RETURNING id
   )
   DELETE FROM gatehouse.passwords p USING account a WHERE p.user_id = a.id`,
);
const ERASE_EXPIRED = statement(
  'registration_erase_expired',
  erase(
    'SELECT user_id FROM gatehouse.pending_registrations WHERE created_at < $1 ORDER BY created_at LIMIT $2',
  ),
);

export class PostgresRegistrations implements Registrations {
  constructor(private readonly db: PostgresTransaction) {}

  insert({ userId, identifier, username, linkMac, linkExpiresAt, createdAt }: PendingRegistration): void {
    const name = username?.value ?? null;
    this.db.defer(INSERT, [userId, identifier.value, name, linkMac, linkExpiresAt, createdAt]);
    this.db.defer(ERASE_OLDEST, [identifier.value]);
  }

  async findOnly({ value }: Identifier): Promise<PendingRegistration | null> {
    const { rows } = await this.db.query<RegistrationRow>(FIND_TWO, [value]);
    return rows.length === 1 ? toRegistration(rows[0]!) : null;
  }

  renewLink(userId: string, linkMac: string, linkExpiresAt: Date): void {
    this.db.defer(RENEW_LINK, [userId, linkMac, linkExpiresAt]);
  }

  async spend({ subject, mac }: LinkReference, now: Date): Promise<RegistrationOutcome> {
    const { rows } = await this.db.query<RegistrationRow>(SPEND, [subject, mac, now]);
    if (rows[0]) return { outcome: 'spent', registration: toRegistration(rows[0]) };
    const { rowCount } = await this.db.query(HOLDS_LINK, [subject, mac]);
    return { outcome: rowCount === 1 ? 'expired' : 'invalid' };
  }

  discard(userId: string): void {
    this.db.defer(DISCARD, [userId]);
  }
}

export class PostgresExpiredRegistrations implements ExpiredRegistrations {
  constructor(private readonly db: Queryable) {}

  async erase(createdBefore: Date, limit: number): Promise<number> {
    const { rowCount } = await this.db.query(ERASE_EXPIRED, [createdBefore, limit]);
    return rowCount ?? 0;
  }
}

const toRegistration = (row: RegistrationRow): PendingRegistration => ({
  userId: row.user_id,
  identifier: Identifier.of('email', row.email),
  username: row.username === null ? null : Identifier.of('username', row.username),
  linkMac: row.link_mac,
  linkExpiresAt: row.link_expires_at,
  createdAt: row.created_at,
});
