/**
 * Something that happened, worth telling others. Written to the outbox in the transaction of its cause and
 * delivered at least once; `id` is the idempotency key under which a receiver recognises a repeat.
 */
export interface DomainEvent<Type extends string = string, Payload extends object = object> {
  readonly id: string;
  readonly type: Type;
  readonly occurredAt: Date;
  readonly payload: Payload;
}
