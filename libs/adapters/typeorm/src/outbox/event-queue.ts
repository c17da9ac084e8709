import { PgBoss, type JobInsert } from 'pg-boss';
import type { DomainEvent, OutboxOptions, PayloadCipher } from '#domain/kernel';
import type { PostgresDatabase, Queryable } from '../postgres-database.js';

const SCHEMA = 'pgboss';
const QUEUE = 'domain-events';
/** Events that failed every retry, set aside for an operator. */
const DEAD_LETTERS = 'domain-events-dead';

const QUEUE_POLICY = {
  retryLimit: 8,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  /** Seconds a worker may hold an event before another takes it over. */
  expireInSeconds: 60,
  retentionSeconds: 14 * 24 * 3_600,
  /** Delivered events are of no more use, and each one's payload is a message to somebody. */
  deleteAfterSeconds: 600,
};
const URGENT = 10;
const BATCH = 100;
const PARALLEL_BATCHES = 4;
const POLLING_SECONDS = 0.5;

export interface PendingEvent extends OutboxOptions {
  readonly event: DomainEvent;
}

interface SealedEvent {
  readonly type: string;
  readonly occurredAt: string;
  readonly sealed: string;
}

export type EventHandler = (event: DomainEvent) => Promise<void>;

/**
 * The transactional outbox on pg-boss, which keeps its jobs in the same PostgreSQL: enqueueing joins the
 * transaction of the cause. Claims use `SKIP LOCKED`; what fails is retried with backoff, then set aside.
 */
export class EventQueue {
  readonly #boss: PgBoss;
  #workerIds: readonly string[] = [];
  #wakeScheduled = false;

  constructor(
    database: PostgresDatabase,
    private readonly cipher: PayloadCipher,
    onError: (error: Error) => void,
  ) {
    this.#boss = new PgBoss({
      schema: SCHEMA,
      schedule: false,
      migrate: false,
      db: queueConnection(database),
    });
    this.#boss.on('error', onError);
  }

  /** Installs or upgrades the queue's own schema. Idempotent, and safe on several instances at once. */
  static async migrate(database: PostgresDatabase): Promise<void> {
    const boss = new PgBoss({
      schema: SCHEMA,
      schedule: false,
      supervise: false,
      db: queueConnection(database),
    });
    await boss.start();
    await boss.createQueue(DEAD_LETTERS);
    await boss.createQueue(QUEUE, { ...QUEUE_POLICY, deadLetter: DEAD_LETTERS });
    await boss.stop();
  }

  async start(): Promise<void> {
    await this.#boss.start();
  }

  /** Waits for handlers in flight, at most ten seconds; what they do not finish is delivered again. */
  async stop(): Promise<void> {
    await this.#boss.stop({ graceful: true, timeout: 10_000 });
  }

  /** Resolves when the statement is on its way; a failure of it fails the transaction. */
  enqueue(transaction: Queryable, pending: readonly PendingEvent[]): Promise<void> {
    const jobs = pending.map(({ event, urgent }): JobInsert => {
      const data: SealedEvent = {
        type: event.type,
        occurredAt: event.occurredAt.toISOString(),
        sealed: this.cipher.seal(JSON.stringify(event.payload)),
      };
      return { id: event.id, data, priority: urgent ? URGENT : 0 };
    });
    return new Promise((sent, failed) => {
      const db = {
        executeSql: (text: string, values?: unknown[]) => {
          const result = transaction.query({ name: 'gatehouse.outbox_append', text }, values ?? []);
          sent();
          return result;
        },
      };
      this.#boss.insert(QUEUE, jobs, { db, returnId: false }).catch(failed);
    });
  }

  /** Has this process's own workers look at once; other processes find the event when they poll. */
  wake(): void {
    if (this.#wakeScheduled) return;
    this.#wakeScheduled = true;
    setImmediate(() => {
      this.#wakeScheduled = false;
      for (const id of this.#workerIds) this.#boss.notifyWorker(id);
    });
  }

  /** Delivers each event at least once to `handle`; a throw has it delivered again later. */
  async consume(handle: EventHandler): Promise<void> {
    const options = {
      batchSize: BATCH,
      pollingIntervalSeconds: POLLING_SECONDS,
      burstWhenBatchFull: true,
      perJobResults: true,
    } as const;
    const workers = Array.from({ length: PARALLEL_BATCHES }, () =>
      this.#boss.work<SealedEvent, unknown, typeof options>(QUEUE, options, (jobs) =>
        Promise.all(
          jobs.map(async ({ id, data }) => {
            try {
              await handle(this.#open(id, data));
              return { id, status: 'completed' as const };
            } catch (error) {
              return { id, status: 'failed' as const, output: { message: String(error) } };
            }
          }),
        ),
      ),
    );
    this.#workerIds = await Promise.all(workers);
  }

  #open(id: string, { type, occurredAt, sealed }: SealedEvent): DomainEvent {
    const payload = JSON.parse(this.cipher.open(sealed)) as object;
    return { id, type, occurredAt: new Date(occurredAt), payload };
  }
}

/** pg-boss on our pool; its statements are its own business, so they are not prepared under a name. */
function queueConnection(database: PostgresDatabase) {
  return {
    executeSql: async (text: string, values?: unknown[]) => {
      const { rows } = await database.query({ text }, values ?? []);
      return { rows };
    },
  };
}
