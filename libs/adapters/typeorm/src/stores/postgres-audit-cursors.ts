import type { AuditCursors } from '#domain/audit';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const POSITION = statement(
  'cursor_position',
  `SELECT position::float8 FROM gatehouse.audit_cursors WHERE name = $1`,
);
/** A cursor that never moved may have no row. */
const ADVANCE = statement(
  'cursor_advance',
  `INSERT INTO gatehouse.audit_cursors AS c (name, position)
   SELECT $1, $3::bigint WHERE $2::bigint = 0 OR EXISTS (SELECT FROM gatehouse.audit_cursors WHERE name = $1)
   ON CONFLICT (name) DO UPDATE SET position = $3 WHERE c.position = $2`,
);
const LEASE = statement(
  'cursor_lease',
  `INSERT INTO gatehouse.audit_cursors AS c (name, position, holder, leased_until) VALUES ($1, 0, $2, $4)
   ON CONFLICT (name) DO UPDATE SET holder = $2, leased_until = $4
     WHERE c.holder = $2 OR c.leased_until IS NULL OR c.leased_until <= $3`,
);

/** On the pool, or bound to a transaction. */
export class PostgresAuditCursors implements AuditCursors {
  constructor(private readonly db: Queryable) {}

  async position(name: string): Promise<number> {
    const { rows } = await this.db.query<{ position: number }>(POSITION, [name]);
    return rows[0]?.position ?? 0;
  }

  async advance(name: string, from: number, to: number): Promise<boolean> {
    return (await this.db.query(ADVANCE, [name, from, to])).rowCount === 1;
  }

  async lease(name: string, holder: string, now: Date, until: Date): Promise<boolean> {
    return (await this.db.query(LEASE, [name, holder, now, until])).rowCount === 1;
  }
}
