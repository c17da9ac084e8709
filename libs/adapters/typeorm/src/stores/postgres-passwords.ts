import { PasswordHash, type Passwords, type StoredPassword } from '#domain/credentials';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

export interface PasswordRow {
  readonly user_id: string;
  readonly hash: string;
  readonly version: number;
  readonly changed_at: Date;
}

const FIND = statement(
  'password_find',
  `SELECT user_id, hash, version, changed_at FROM gatehouse.passwords WHERE user_id = $1`,
);
const SET = statement(
  'password_set',
  `INSERT INTO gatehouse.passwords AS p (user_id, hash, version, changed_at) VALUES ($1, $2, 1, $3)
   ON CONFLICT (user_id) DO UPDATE
     SET hash = EXCLUDED.hash, version = p.version + 1, changed_at = EXCLUDED.changed_at`,
);
const UPGRADE = statement(
  'password_upgrade',
  `UPDATE gatehouse.passwords SET hash = $3 WHERE user_id = $1 AND hash = $2`,
);

export class PostgresPasswords implements Passwords {
  constructor(private readonly db: PostgresTransaction) {}

  async find(userId: string): Promise<StoredPassword | null> {
    const { rows } = await this.db.query<PasswordRow>(FIND, [userId]);
    return rows[0] ? toStoredPassword(rows[0]) : null;
  }

  set(userId: string, hash: PasswordHash, now: Date): void {
    this.db.defer(SET, [userId, hash.expose(), now]);
  }

  upgrade({ userId, hash }: StoredPassword, to: PasswordHash): void {
    this.db.defer(UPGRADE, [userId, hash.expose(), to.expose()]);
  }
}

export const toStoredPassword = (row: PasswordRow): StoredPassword => ({
  userId: row.user_id,
  hash: PasswordHash.of(row.hash),
  version: row.version,
  changedAt: row.changed_at,
});
