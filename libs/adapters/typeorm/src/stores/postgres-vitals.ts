import type { Clock } from '#domain/kernel';
import type { PostgresDatabase } from '../postgres-database.js';
import { PRIORITIES } from '../outbox/postgres-outbox.js';
import { statement } from '../statement-batch.js';

/** Of the oldest the index knows; each priority is a range of it. */
const OUTBOX = statement(
  'vitals_outbox',
  `SELECT count(*) FILTER (WHERE due_at <= $1)::int AS due,
     count(*) FILTER (WHERE due_at > $1)::int AS waiting,
     count(*) FILTER (WHERE due_at IS NULL)::int AS set_aside,
     coalesce(extract(epoch FROM $1 - (
       SELECT min(oldest.due_at) FROM unnest($3::smallint[]) AS lane (priority), LATERAL (
         SELECT e.due_at FROM gatehouse.outbox_events e
         WHERE e.priority = lane.priority AND e.due_at <= $1 ORDER BY e.due_at LIMIT 1) oldest
     )), 0)::float8 AS oldest_due_seconds
   FROM gatehouse.outbox_events TABLESAMPLE SYSTEM ($2)`,
);
/** -1 before the first ANALYZE. */
const ROWS = statement(
  'vitals_rows',
  `SELECT reltuples::float8 AS rows FROM pg_class WHERE oid = $1::regclass`,
);
const ACTIVE_SESSIONS = statement(
  'vitals_active_sessions',
  `SELECT count(*)::int AS active FROM gatehouse.sessions TABLESAMPLE SYSTEM ($2)
   WHERE revoked_at IS NULL AND expires_at > $1`,
);

/** The sequence says how many without counting them. */
const AUTH_LOGS = statement(
  'vitals_auth_logs',
  `WITH cursor AS (
     SELECT coalesce((SELECT position FROM gatehouse.audit_cursors WHERE name = $1), 0) AS position
   )
   SELECT (SELECT greatest(0, last_value - cursor.position)::float8 FROM gatehouse.audit_positions, cursor
           WHERE is_called) AS lag_events,
     (SELECT extract(epoch FROM $2 - occurred_at)::float8 FROM gatehouse.audit_events e, cursor
      WHERE e.position > cursor.position ORDER BY e.position LIMIT 1) AS lag_seconds,
     (SELECT count(*)::float8 FROM (SELECT FROM gatehouse.dead_letters LIMIT $3) counted) AS dead_letters`,
);

interface AuthLogsRow {
  readonly lag_events: number | null;
  readonly lag_seconds: number | null;
  readonly dead_letters: number;
}

interface OutboxRow {
  readonly due: number;
  readonly waiting: number;
  readonly set_aside: number;
  readonly oldest_due_seconds: number;
}

/** What operators ask of the record itself. Each answer costs a bounded read, however much there is. */
export class PostgresVitals {
  constructor(
    private readonly db: PostgresDatabase,
    private readonly clock: Clock,
    /** Rows of a table looked at; of a larger one, about as many, on random pages. */
    private readonly sampleSize = 200_000,
  ) {}

  get pool(): PostgresDatabase['pool'] {
    return this.db.pool;
  }

  async outbox(): Promise<{ due: number; waiting: number; setAside: number; oldestDueSeconds: number }> {
    const percent = await this.#percentOf('gatehouse.outbox_events');
    const { rows } = await this.db.query<OutboxRow>(OUTBOX, [this.clock.now(), percent, PRIORITIES]);
    const { due, waiting, set_aside: setAside, oldest_due_seconds: oldestDueSeconds } = rows[0]!;
    const all = (counted: number): number => Math.round((counted * 100) / percent);
    return { due: all(due), waiting: all(waiting), setAside: all(setAside), oldestDueSeconds };
  }

  /** How far the follower of the trail with this cursor is behind it. */
  async authLogs(cursor: string): Promise<{ lagEvents: number; lagSeconds: number; deadLetters: number }> {
    const { rows } = await this.db.query<AuthLogsRow>(AUTH_LOGS, [cursor, this.clock.now(), this.sampleSize]);
    const { lag_events: events, lag_seconds: seconds, dead_letters: deadLetters } = rows[0]!;
    return { lagEvents: events ?? 0, lagSeconds: Math.max(0, seconds ?? 0), deadLetters };
  }

  async activeSessions(): Promise<number> {
    const percent = await this.#percentOf('gatehouse.sessions');
    const { rows } = await this.db.query<{ active: number }>(ACTIVE_SESSIONS, [this.clock.now(), percent]);
    return Math.round((rows[0]!.active * 100) / percent);
  }

  /** The share of a table's pages that holds about as many rows as are looked at. */
  async #percentOf(table: string): Promise<number> {
    const { rows } = await this.db.query<{ rows: number }>(ROWS, [table]);
    return Math.min(100, (100 * this.sampleSize) / Math.max(1, rows[0]!.rows));
  }
}
