import type { DomainEvent, Outbox, OutboxOptions, PayloadCipher } from '#domain/kernel';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const APPEND = statement(
  'outbox_append',
  `INSERT INTO gatehouse.outbox_events (id, type, occurred_at, sealed, priority, due_at)
   VALUES ($1, $2, $3, $4, $5, $3)`,
);
const URGENT = 0;
const ORDINARY = 1;

export class PostgresOutbox implements Outbox {
  #appended = false;

  constructor(
    private readonly db: PostgresTransaction,
    private readonly cipher: PayloadCipher,
  ) {}

  append({ id, type, occurredAt, payload }: DomainEvent, { urgent = false }: OutboxOptions = {}): void {
    this.#appended = true;
    const sealed = this.cipher.seal(JSON.stringify(payload));
    this.db.defer(APPEND, [id, type, occurredAt, sealed, urgent ? URGENT : ORDINARY]);
  }

  /** Whether the transaction holds events, so that the relay is worth waking. */
  get appended(): boolean {
    return this.#appended;
  }
}
