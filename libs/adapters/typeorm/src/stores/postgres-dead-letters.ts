import type { DeadLetter, DeadLetterIntake, DeadLetters } from '#domain/audit';
import type { PostgresTransaction, Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const ADD = statement(
  'dead_letters_add',
  `INSERT INTO gatehouse.dead_letters (id, position, type, reason, rejected_at)
   SELECT id, position, type, reason, "rejectedAt" FROM json_to_recordset($1)
     AS l (id uuid, position bigint, type text, reason text, "rejectedAt" timestamptz)
   ON CONFLICT (id) DO UPDATE SET type = excluded.type, reason = excluded.reason,
     rejected_at = excluded.rejected_at`,
);
const LIST = statement(
  'dead_letters_list',
  `SELECT id, position::float8, type, reason, rejected_at AS "rejectedAt"
   FROM gatehouse.dead_letters WHERE position > $1 ORDER BY dead_letters.position LIMIT $2`,
);
const COUNT = statement('dead_letters_count', `SELECT count(*)::float8 FROM gatehouse.dead_letters`);
const REMOVE = statement('dead_letters_remove', `DELETE FROM gatehouse.dead_letters WHERE id = ANY($1)`);
const PURGE = statement('dead_letters_purge', `DELETE FROM gatehouse.dead_letters WHERE rejected_at < $1`);

export class PostgresDeadLetterIntake implements DeadLetterIntake {
  constructor(private readonly db: PostgresTransaction) {}

  add(letters: readonly DeadLetter[]): void {
    if (letters.length > 0) this.db.defer(ADD, [JSON.stringify(letters)]);
  }
}

export class PostgresDeadLetters implements DeadLetters {
  constructor(private readonly db: Queryable) {}

  async list(after: number, limit: number): Promise<readonly DeadLetter[]> {
    return (await this.db.query<DeadLetter & object>(LIST, [after, limit])).rows;
  }

  async count(): Promise<number> {
    return (await this.db.query<{ count: number }>(COUNT, [])).rows[0]!.count;
  }

  async update(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length > 0) await this.db.query(ADD, [JSON.stringify(letters)]);
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.db.query(REMOVE, [ids]);
  }

  async purge(rejectedBefore: Date): Promise<void> {
    await this.db.query(PURGE, [rejectedBefore]);
  }
}
