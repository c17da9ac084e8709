import type { DomainEvent } from '../model/domain-event.js';

export interface OutboxOptions {
  /** Urgent events (a person is waiting for a code) overtake the others. */
  readonly urgent?: boolean;
}

/**
 * The transactional outbox (Richardson, "Microservices Patterns", ch. 3), bound to a unit of work: an event
 * exists exactly when its cause was committed.
 *
 * `append` is write-behind: it returns at once and the event is stored with the commit. The adapter encrypts
 * the payload at rest, because a one-time code or a reset link passes through here.
 */
export interface Outbox {
  append(event: DomainEvent, options?: OutboxOptions): void;
}
