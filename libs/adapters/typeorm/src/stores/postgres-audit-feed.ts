import type { AuditFeed, SettledRows, TrailRow } from '#domain/audit';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { AuditHorizon } from './audit-horizon.js';
import { TRAIL_COLUMNS } from './trail-columns.js';

const NEXT = statement(
  'audit_next',
  `SELECT ${TRAIL_COLUMNS} FROM gatehouse.audit_events WHERE position > $1 AND position <= $2
   ORDER BY audit_events.position LIMIT $3`,
);

/** One for each follower. */
export class PostgresAuditFeed implements AuditFeed {
  readonly #horizon: AuditHorizon;

  constructor(private readonly db: Queryable) {
    this.#horizon = new AuditHorizon(db);
  }

  async next(after: number, limit: number): Promise<SettledRows | null> {
    const settled = await this.#horizon.position(after);
    if (settled === null) return null;
    const { rows } = await this.db.query<TrailRow & object>(NEXT, [after, settled, limit]);
    return { rows, upTo: rows.length < limit ? settled : rows.at(-1)!.position };
  }
}
