import type { AuditEvent, AuditLog, AuditPage, AuditQuery, AuditRecord } from '#domain/audit';
import type { Queryable } from '../postgres-database.js';
import { Where } from './where.js';

interface AuditRow {
  readonly id: string;
  readonly occurred_at: Date;
  readonly action: AuditEvent['action'];
  readonly result: AuditEvent['result'];
  readonly actor_id: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly address: string;
  readonly user_agent: string;
  readonly request_id: string;
  readonly trace_id: string | null;
  readonly reason: string | null;
  readonly metadata: NonNullable<AuditEvent['metadata']> | null;
}

/** Whatever the filters are, newest first, so that months which lie outside or behind the page are not read. */
export class PostgresAuditLog implements AuditLog {
  constructor(private readonly db: Queryable) {}

  async search(query: AuditQuery): Promise<AuditPage> {
    const where = conditionsOf(query);
    const text = `SELECT a.id, a.occurred_at, a.action, a.result, a.actor_id, a.user_id, a.session_id,
                    host(a.address) AS address, a.user_agent, a.request_id, a.trace_id, a.reason,
                    a.metadata
                  FROM gatehouse.audit_events a WHERE ${where.text}
                  ORDER BY a.occurred_at DESC, a.id DESC LIMIT ${where.value(query.limit + 1)}`;
    const { rows } = await this.db.query<AuditRow>({ text }, where.values);
    const records = rows.slice(0, query.limit).map(toRecord);
    const last = rows.length > query.limit ? records.at(-1) : undefined;
    return { records, next: last ? { occurredAt: last.occurredAt, id: last.id } : null };
  }
}

function conditionsOf({ after, metadata, ...query }: AuditQuery): Where {
  const where = new Where();
  where.given(query.userId, (id) => `a.user_id = ${id}`);
  where.given(query.actorId, (id) => `a.actor_id = ${id}`);
  where.given(query.action, (action) => `a.action = ${action}`);
  where.given(query.result, (result) => `a.result = ${result}`);
  where.given(query.address, (network) => `a.address <<= ${network}::inet`);
  // Neither has an index, which every insertion would pay for: where the trail is long, `from` and `to` bound the search.
  where.given(query.requestId, (id) => `a.request_id = ${id}`);
  where.given(query.traceId, (id) => `a.trace_id = ${id}`);
  where.given(query.from, (from) => `a.occurred_at >= ${from}`);
  where.given(query.to, (to) => `a.occurred_at < ${to}`);
  if (metadata) {
    const entries = readings(metadata.value).map((value) =>
      where.value(JSON.stringify({ [metadata.key]: value })),
    );
    where.and(`(${entries.map((entry) => `a.metadata @> ${entry}::jsonb`).join(' OR ')})`);
  }
  if (after) {
    const place = `(${where.value(after.occurredAt)}::timestamptz, ${where.value(after.id)}::uuid)`;
    where.and(`(a.occurred_at, a.id) < ${place}`);
  }
  return where;
}

/** What the text may stand for in JSON; an array contains (`@>`) each of its values. */
function readings(text: string): readonly (string | number | boolean | readonly string[])[] {
  const texts = [text, [text]];
  if (text === 'true' || text === 'false') return [...texts, text === 'true'];
  return text !== '' && String(Number(text)) === text ? [...texts, Number(text)] : texts;
}

const toRecord = (row: AuditRow): AuditRecord => ({
  id: row.id,
  action: row.action,
  result: row.result,
  occurredAt: row.occurred_at,
  origin: {
    address: row.address,
    userAgent: row.user_agent,
    requestId: row.request_id,
    ...(row.trace_id !== null && { traceId: row.trace_id }),
  },
  ...(row.actor_id !== null && { actorId: row.actor_id }),
  ...(row.user_id !== null && { userId: row.user_id }),
  ...(row.session_id !== null && { sessionId: row.session_id }),
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.metadata !== null && { metadata: row.metadata }),
});
