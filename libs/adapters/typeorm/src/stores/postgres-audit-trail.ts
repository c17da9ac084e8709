import { v7 as uuidV7 } from 'uuid';
import type { AuditEvent, AuditTrail } from '#domain/audit';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const APPEND = statement(
  'audit_append',
  `INSERT INTO gatehouse.audit_events (id, occurred_at, action, result, actor_id, user_id, session_id, address,
     user_agent, request_id, reason, metadata, trace_id)
   SELECT id, occurred_at, action, result, actor_id, user_id, session_id, address, user_agent, request_id,
     reason, metadata, trace_id
   FROM json_to_recordset($1) AS e (id uuid, occurred_at timestamptz, action text, result text, actor_id uuid,
     user_id uuid, session_id uuid, address inet, user_agent text, request_id text, reason text, metadata jsonb,
     trace_id text)`,
);

/** Gathers a transaction's audit rows and writes them with one statement at its end. */
export class PostgresAuditTrail implements AuditTrail {
  readonly #events: AuditEvent[] = [];

  constructor(private readonly db: PostgresTransaction) {}

  append(event: AuditEvent): void {
    this.#events.push(event);
  }

  /** The events that the commit will make true. */
  flush(): readonly AuditEvent[] {
    if (this.#events.length > 0) this.db.defer(APPEND, [JSON.stringify(this.#events.map(toRow))]);
    return this.#events;
  }
}

const toRow = ({ origin, ...event }: AuditEvent) => ({
  id: uuidV7(),
  occurred_at: event.occurredAt,
  action: event.action,
  result: event.result,
  actor_id: event.actorId,
  user_id: event.userId,
  session_id: event.sessionId,
  address: origin.address,
  user_agent: origin.userAgent,
  request_id: origin.requestId,
  reason: event.reason,
  metadata: event.metadata,
  trace_id: origin.traceId,
});
