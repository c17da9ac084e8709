import type { AuditChain, SealedBatch, TrailRow } from '#domain/audit';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { AUDIT_PARTITION } from './audit-partitions.js';

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

const LAST_POSITION = statement(
  'audit_last_position',
  `SELECT last_value::float8 AS position FROM gatehouse.audit_positions WHERE is_called AND last_value > $1`,
);
/** Of the server too: transaction ids of another one, restored from a dump or promoted, mean nothing here. */
const NOTE = statement(
  'audit_note',
  `SELECT pg_current_xact_id()::text AS xid, pg_postmaster_start_time()::text AS server`,
);
const IS_SETTLED = statement(
  'audit_is_settled',
  `SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS settled,
     pg_postmaster_start_time() = $2::timestamptz AS same_server`,
);

/** Every value in PostgreSQL's own text for it, independent of the session's settings. */
const ROWS = statement(
  'audit_rows',
  `SELECT position::float8, id, to_json(occurred_at AT TIME ZONE 'UTC') #>> '{}' AS "occurredAt", action, result,
     actor_id AS "actorId", user_id AS "userId", session_id AS "sessionId", address::text,
     user_agent AS "userAgent", request_id AS "requestId", reason, metadata::text
   FROM gatehouse.audit_events WHERE position > $1 AND position <= $2 ORDER BY audit_events.position, id`,
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

interface Noted {
  readonly position: number;
  readonly xid: string;
  readonly server: string;
}

export class PostgresAuditChain implements AuditChain {
  #noted: Noted | null = null;

  constructor(private readonly db: Queryable) {}

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

  /**
   * Notes the last position given, then a transaction id: whoever was given a position up to that one has an
   * older id. Once no transaction as old as the noted one is under way, none of theirs is. Under load that
   * takes until the next call.
   */
  async settledPosition(after: number): Promise<number | null> {
    if (this.#noted && this.#noted.position <= after) this.#noted = null;
    this.#noted ??= await this.#note(after);
    if (!this.#noted) return null;
    const { position, xid, server } = this.#noted;
    const { rows } = await this.db.query<{ settled: boolean; same_server: boolean }>(IS_SETTLED, [
      xid,
      server,
    ]);
    const { settled, same_server: sameServer } = rows[0]!;
    if (settled || !sameServer) this.#noted = null;
    return settled && sameServer ? position : null;
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

  async #note(after: number): Promise<Noted | null> {
    const { rows } = await this.db.query<{ position: number }>(LAST_POSITION, [after]);
    if (!rows[0]) return null;
    const noted = await this.db.query<{ xid: string; server: string }>(NOTE, []);
    return { position: rows[0].position, ...noted.rows[0]! };
  }
}
