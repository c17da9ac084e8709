import {
  addMilliseconds,
  inSpan,
  minutes,
  seconds,
  type Clock,
  type DomainEvent,
  type PayloadCipher,
} from '#domain/kernel';
import { GroupCommit } from '../group-commit.js';
import type { PostgresDatabase } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

/**
 * Claiming moves an event's due time past the lease, so that it comes back by itself if the claimer dies.
 * `SKIP LOCKED` lets any number of relays claim side by side without waiting or taking the same event.
 */
const CLAIM = statement(
  'outbox_claim',
  `UPDATE gatehouse.outbox_events e SET attempts = e.attempts + 1, due_at = $2
   FROM (
     SELECT id FROM gatehouse.outbox_events WHERE due_at <= $1
     ORDER BY priority, due_at LIMIT $3 FOR UPDATE SKIP LOCKED
   ) due
   WHERE e.id = due.id
   RETURNING e.id, e.type, e.occurred_at, e.sealed, e.attempts, e.trace_context`,
);
/** Passes over what is being settled at this moment, so that the two never wait for each other. */
const RENEW = statement(
  'outbox_renew',
  `UPDATE gatehouse.outbox_events e SET due_at = $2
   FROM (SELECT id FROM gatehouse.outbox_events WHERE id = ANY($1) FOR UPDATE SKIP LOCKED) held
   WHERE e.id = held.id`,
);
const SETTLE = statement('outbox_settle', `DELETE FROM gatehouse.outbox_events WHERE id = ANY($1)`);
const POSTPONE = statement(
  'outbox_postpone',
  `UPDATE gatehouse.outbox_events SET due_at = $2, last_error = $3 WHERE id = $1`,
);

const BATCH = 100;
const MAX_IN_FLIGHT = 400;
/** Renewed while a handler is at work. Short, because a code is worth nothing once its two minutes are over. */
const LEASE = seconds(5);
const POLLING_INTERVAL = 500;
/** About a day, with the backoff below. */
const MAX_ATTEMPTS = 59;
const FIRST_BACKOFF = seconds(1);
const MAX_BACKOFF = minutes(30);

interface ClaimedRow {
  readonly id: string;
  readonly type: string;
  readonly occurred_at: Date;
  readonly sealed: string;
  readonly attempts: number;
  readonly trace_context: string | null;
}

export type EventHandler = (event: DomainEvent) => Promise<void>;

/**
 * Hands committed events to a handler, each at least once, urgent ones first. What fails comes back with
 * exponential backoff; what fails for a day, or takes every relay down with it, is set aside (`due_at` null)
 * with its last error.
 */
export class OutboxRelay {
  #handle: EventHandler | null = null;
  #timer: NodeJS.Timeout | undefined;
  #claiming: Promise<void> | null = null;
  #claimAgain = false;
  /** The events in hand, and when the lease on each ends. */
  readonly #inHand = new Map<string, Date>();
  readonly #settlements = new GroupCommit((ids: readonly string[]) => this.#settle(ids), null, BATCH);

  constructor(
    private readonly database: PostgresDatabase,
    private readonly cipher: PayloadCipher,
    private readonly clock: Clock,
    /** Told of failures to reach the database, which have no request to fail. */
    private readonly onError: (error: unknown) => void,
  ) {}

  start(handle: EventHandler): void {
    this.#handle = handle;
    this.#timer = setInterval(() => this.#tick(), POLLING_INTERVAL);
    this.wake();
  }

  /** Stops claiming and waits for what is in hand; what a deadline cuts off is delivered again later. */
  async stop(deadline = seconds(10)): Promise<void> {
    this.#handle = null;
    const end = performance.now() + deadline;
    while ((this.#claiming ?? this.#inHand.size > 0) && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    clearInterval(this.#timer);
  }

  /** Looks for events now rather than at the next poll; the same as often as it is called in one turn. */
  wake(): void {
    if (this.#handle === null) return;
    if (this.#claiming) {
      this.#claimAgain = true;
      return;
    }
    const { tracing } = this.database;
    // Whoever wakes it has a trace of their own, which the events of others are no part of.
    this.#claiming = (tracing ? tracing.within(null, () => this.#claim()) : this.#claim())
      .catch(this.onError)
      .finally(() => {
        this.#claiming = null;
        if (this.#claimAgain) setImmediate(() => this.wake());
        this.#claimAgain = false;
      });
  }

  #tick(): void {
    this.#renew().catch(this.onError);
    this.wake();
  }

  /** What takes longer than half a lease stays with this relay for as long as it lives. */
  async #renew(): Promise<void> {
    const now = this.clock.now();
    const halfway = addMilliseconds(now, LEASE / 2);
    const ids = [...this.#inHand].filter(([, leaseEnd]) => leaseEnd <= halfway).map(([id]) => id);
    if (ids.length === 0) return;
    const leaseEnd = addMilliseconds(now, LEASE);
    await this.database.query(RENEW, [ids, leaseEnd]);
    for (const id of ids) if (this.#inHand.has(id)) this.#inHand.set(id, leaseEnd);
  }

  async #claim(): Promise<void> {
    const handle = this.#handle;
    const room = Math.min(BATCH, MAX_IN_FLIGHT - this.#inHand.size);
    if (handle === null || room <= 0) return;
    const now = this.clock.now();
    const leaseEnd = addMilliseconds(now, LEASE);
    const { rows } = await this.database.query<ClaimedRow>(CLAIM, [now, leaseEnd, room]);
    for (const row of rows) {
      // Out of reach for longer than a lease, and still at work on it.
      const heldAlready = this.#inHand.has(row.id);
      this.#inHand.set(row.id, leaseEnd);
      if (!heldAlready) void this.#deliver(row, handle);
    }
    if (rows.length === room) this.#claimAgain = true;
  }

  async #deliver(row: ClaimedRow, handle: EventHandler): Promise<void> {
    try {
      if (row.attempts > MAX_ATTEMPTS) throw Object.assign(new Error(), { code: 'lease-ran-out-each-time' });
      const payload = JSON.parse(this.cipher.open(row.sealed)) as object;
      const event = { id: row.id, type: row.type, occurredAt: row.occurred_at, payload };
      await (row.trace_context === null ? handle(event) : this.#traced(row, () => handle(event)));
      await this.#settlements.join(row.id);
    } catch (error) {
      await this.#postpone(row, error).catch(this.onError);
    } finally {
      const wasFull = this.#inHand.size === MAX_IN_FLIGHT;
      this.#inHand.delete(row.id);
      if (wasFull) this.wake();
    }
  }

  /** Goes on in the trace of the request that appended the event, where this process traces as well. */
  #traced({ id, type, trace_context: context }: ClaimedRow, handle: () => Promise<void>): Promise<void> {
    const { tracing } = this.database;
    const attributes = {
      'messaging.system': 'gatehouse',
      'messaging.destination.name': type,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.message.id': id,
    };
    const span = tracing?.begin(`process ${type}`, { kind: 'consumer', attributes }, context);
    return tracing && span ? inSpan(tracing, span, handle) : handle();
  }

  /** Unsettled for now means delivered twice, which the receiver recognises by the event's id. */
  async #settle(ids: readonly string[]): Promise<readonly void[]> {
    await this.database.query(SETTLE, [ids]).catch(this.onError);
    return ids.map(() => undefined);
  }

  async #postpone({ id, attempts }: ClaimedRow, error: unknown): Promise<void> {
    const backoff = Math.min(MAX_BACKOFF, FIRST_BACKOFF * 2 ** (attempts - 1));
    const dueAt = attempts >= MAX_ATTEMPTS ? null : addMilliseconds(this.clock.now(), backoff);
    await this.database.query(POSTPONE, [id, dueAt, kindOf(error)]);
  }
}

/** Its class and code. A message may repeat the secret that it stumbled over, and would be kept in the clear. */
function kindOf(error: unknown): string {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  const parts = [name, code].filter((part) => typeof part === 'string' && /^[\w.-]{1,64}$/.test(part));
  return parts.join(' ') || 'unknown';
}
