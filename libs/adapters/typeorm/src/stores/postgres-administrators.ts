import type { SetupTokens } from '#domain/access';
import { ADMINISTRATOR, type Administrators } from '#domain/identity';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

/** Not the lock that deleting a role takes: giving the role to somebody, which holds it, need not wait. */
const TAKE_TURNS = statement(
  'administrator_take_turns',
  `SELECT FROM gatehouse.roles WHERE name = $1 FOR NO KEY UPDATE`,
);
/** What `User.statusAt` decides, in SQL. */
const EXIST_BESIDES = statement(
  'administrator_exist_besides',
  `SELECT FROM gatehouse.users
   WHERE roles @> ARRAY[$1::text] AND status = 'active' AND (locked_until IS NULL OR locked_until <= $3)
     AND id IS DISTINCT FROM $2 LIMIT 1`,
);
const ADD = statement(
  'setup_token_add',
  `WITH expired AS (DELETE FROM gatehouse.setup_tokens WHERE expires_at <= $3)
   INSERT INTO gatehouse.setup_tokens (digest, expires_at) VALUES ($1, $2)`,
);
const SPEND = statement(
  'setup_token_spend',
  `DELETE FROM gatehouse.setup_tokens WHERE digest = $1 AND expires_at > $2`,
);
const CLEAR = statement('setup_token_clear', `DELETE FROM gatehouse.setup_tokens`);

/**
 * The turn is taken by a statement of its own: one that waits for a row lock keeps, of every other row, the view
 * from before it waited.
 */
export class PostgresAdministrators implements Administrators {
  constructor(private readonly db: PostgresTransaction) {}

  async existBesides(userId: string | null, now: Date): Promise<boolean> {
    const [, { rowCount }] = await Promise.all([
      this.db.query(TAKE_TURNS, [ADMINISTRATOR]),
      this.db.query(EXIST_BESIDES, [ADMINISTRATOR, userId, now]),
    ]);
    return rowCount === 1;
  }
}

export class PostgresSetupTokens implements SetupTokens {
  constructor(private readonly db: PostgresTransaction) {}

  add(digest: string, expiresAt: Date, now: Date): void {
    this.db.defer(ADD, [digest, expiresAt, now]);
  }

  async spend(digest: string, now: Date): Promise<boolean> {
    const { rowCount } = await this.db.query(SPEND, [digest, now]);
    return rowCount === 1;
  }

  clear(): void {
    this.db.defer(CLEAR, []);
  }
}
