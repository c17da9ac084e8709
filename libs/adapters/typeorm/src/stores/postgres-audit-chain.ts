import type { AuditChain, SealedBatch, TrailRow } from '#domain/audit';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { AuditHorizon } from './audit-horizon.js';
import { AUDIT_PARTITION } from './audit-partitions.js';
import { TRAIL_COLUMNS } from './trail-columns.js';

const BATCH_COLUMNS = `number::float8, seal, leaves, key_id AS "keyId", signature`;
const HEAD = statement(
  'audit_head',
  `SELECT ${BATCH_COLUMNS} FROM gatehouse.audit_batches ORDER BY audit_batches.number DESC LIMIT 1`,
);
const FIND = statement(
  'audit_find_batch',
  `SELECT ${BATCH_COLUMNS} FROM gatehouse.audit_batches WHERE audit_batches.number = $1`,
);
/** A few, because the leaves of one take about 120 kB. */
const PAGE = statement(
  'audit_batch_page',
  `SELECT ${BATCH_COLUMNS} FROM gatehouse.audit_batches WHERE audit_batches.number > $1
   ORDER BY audit_batches.number LIMIT 20`,
);
const APPEND = statement(
  'audit_append_batch',
  `INSERT INTO gatehouse.audit_batches (number, seal, leaves, key_id, signature) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (number) DO NOTHING`,
);

const ROWS = statement(
  'audit_rows',
  `SELECT ${TRAIL_COLUMNS} FROM gatehouse.audit_events WHERE position > $1 AND position <= $2
   ORDER BY audit_events.position, id`,
);
const COUNT = statement(
  'audit_count',
  `SELECT count(*)::float8 FROM gatehouse.audit_events
   WHERE position > coalesce($1, -9223372036854775808) AND position <= coalesce($2, 9223372036854775807)`,
);
const PARTS = statement(
  'audit_parts',
  `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
   WHERE i.inhparent = 'gatehouse.audit_events'::regclass ORDER BY 1`,
);

export class PostgresAuditChain implements AuditChain {
  readonly #horizon: AuditHorizon;

  constructor(private readonly db: Queryable) {
    this.#horizon = new AuditHorizon(db);
  }

  async head(): Promise<SealedBatch | null> {
    return (await this.db.query<SealedBatch>(HEAD, [])).rows[0] ?? null;
  }

  async find(number: number): Promise<SealedBatch | null> {
    return (await this.db.query<SealedBatch>(FIND, [number])).rows[0] ?? null;
  }

  async *batches(): AsyncIterable<SealedBatch> {
    for (let last: number | undefined = 0; last !== undefined;) {
      const page: readonly SealedBatch[] = (await this.db.query<SealedBatch>(PAGE, [last])).rows;
      yield* page;
      last = page.at(-1)?.number;
    }
  }

  async append({ number, seal, leaves, keyId, signature }: SealedBatch): Promise<boolean> {
    const { rowCount } = await this.db.query(APPEND, [number, seal, leaves, keyId, signature]);
    return rowCount === 1;
  }

  /** Another one each time: positions that were given up are worth no batch, and leave `after` where it was. */
  async settledPosition(after: number): Promise<number | null> {
    const position = await this.#horizon.position(after);
    if (position !== null) this.#horizon.forget();
    return position;
  }

  async rows(after: number, upTo: number): Promise<readonly TrailRow[]> {
    return (await this.db.query<TrailRow & object>(ROWS, [after, upTo])).rows;
  }

  async count(after: number | null, upTo: number | null): Promise<number> {
    return (await this.db.query<{ count: number }>(COUNT, [after, upTo])).rows[0]!.count;
  }

  async partsBefore(instant: Date): Promise<readonly string[]> {
    const month = instant.toISOString().slice(0, 7).replace('-', '_');
    const { rows } = await this.db.query<{ name: string }>(PARTS, []);
    return rows.map(({ name }) => name).filter((name) => (AUDIT_PARTITION.exec(name)?.[1] ?? month) < month);
  }

  async drop(part: string): Promise<void> {
    if (!AUDIT_PARTITION.test(part)) throw new Error(`${part} is no month of the audit trail`);
    await this.db.query({ text: `DROP TABLE IF EXISTS gatehouse.${part}` }, []);
  }
}
