import type { DomainEvent, Outbox, OutboxOptions, PayloadCipher } from '#domain/kernel';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const APPEND = statement(
  'outbox_append',
  `INSERT INTO gatehouse.outbox_events (id, type, occurred_at, sealed, priority, trace_context, due_at)
   SELECT id, type, occurred_at, sealed, priority, trace_context, occurred_at
   FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::smallint[], $6::text[])
     AS event (id, type, occurred_at, sealed, priority, trace_context)`,
);
const URGENT = 0;
const ORDINARY = 1;
export const PRIORITIES: readonly number[] = [URGENT, ORDINARY];

interface SealedEvent extends Omit<DomainEvent, 'payload'> {
  readonly sealed: string;
  readonly priority: number;
  readonly traceContext: string | null;
}

/** Gathers a transaction's events and writes them with one statement at its end. */
export class PostgresOutbox implements Outbox {
  readonly #events: SealedEvent[] = [];

  constructor(
    private readonly db: PostgresTransaction,
    private readonly cipher: PayloadCipher,
  ) {}

  append({ id, type, occurredAt, payload }: DomainEvent, { urgent = false }: OutboxOptions = {}): void {
    const sealed = this.cipher.seal(JSON.stringify(payload));
    const priority = urgent ? URGENT : ORDINARY;
    const traceContext = this.db.tracing?.active()?.traceparent ?? null;
    this.#events.push({ id, type, occurredAt: new Date(occurredAt), sealed, priority, traceContext });
  }

  /** Answers whether there was anything, so that the relay is worth waking. */
  flush(): boolean {
    if (this.#events.length === 0) return false;
    this.db.defer(APPEND, [
      this.#events.map(({ id }) => id),
      this.#events.map(({ type }) => type),
      this.#events.map(({ occurredAt }) => occurredAt),
      this.#events.map(({ sealed }) => sealed),
      this.#events.map(({ priority }) => priority),
      this.#events.map(({ traceContext }) => traceContext),
    ]);
    return true;
  }
}
