import type { DomainEvent, Outbox, OutboxOptions } from '#domain/kernel';
import type { Queryable } from '../postgres-database.js';
import type { EventQueue, PendingEvent } from './event-queue.js';

/** Gathers a transaction's events and enqueues them with one statement at its end. */
export class PostgresOutbox implements Outbox {
  readonly #pending: PendingEvent[] = [];

  constructor(
    private readonly db: Queryable,
    private readonly queue: EventQueue,
  ) {}

  append(event: DomainEvent, options: OutboxOptions = {}): void {
    this.#pending.push({ event, ...options });
  }

  async flush(): Promise<void> {
    if (this.#pending.length > 0) await this.queue.enqueue(this.db, this.#pending);
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }
}
