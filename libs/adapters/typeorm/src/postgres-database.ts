import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient, QueryResult } from 'pg';
import type { DataSource } from 'typeorm';
import type { Span, Tracing } from '#domain/kernel';
import { isServerError, translateDatabaseError } from './database-errors.js';
import { endRoundTrip, roundTripSpan } from './round-trip-span.js';
import { runBatch, type BoundStatement, type Row, type Statement } from './statement-batch.js';

/** Whatever runs statements: the pool for one statement of its own, or a transaction. */
export interface Queryable {
  /** Null unless the deployment traces. */
  readonly tracing: Tracing | null;
  query<R extends Row>(statement: Statement, values: readonly unknown[]): Promise<QueryResult<R>>;
}

interface Pending {
  readonly resolve: (result: QueryResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One transaction on one connection, with as few round trips as its dependencies allow: statements asked for
 * in one turn of the event loop travel together, BEGIN with the first of them, deferred writes with the next
 * statement or with COMMIT.
 */
export class PostgresTransaction implements Queryable {
  #batch: BoundStatement[] = [{ text: 'BEGIN' }];
  #pending: (Pending | null)[] = [null];
  #scheduled = false;
  #begun = false;
  #lost: Error | null = null;
  readonly #claimed = new Set<string>();

  /** `shared` when several units of work are in it. */
  constructor(
    private readonly client: PoolClient,
    private readonly shared: boolean,
    readonly tracing: Tracing | null,
    /** What its round trips are part of: not of whichever work in it happened to ask first. */
    private readonly span: Span | null,
  ) {}

  /**
   * To be called with each row that was locked. A lock makes transactions take turns, but not the works inside
   * one: the second to lock a row throws, and each is then run in a transaction of its own.
   */
  claim(row: string): void {
    if (this.shared && this.#claimed.has(row))
      throw new Error('Two units of work in one transaction lock a row');
    this.#claimed.add(row);
  }

  query<R extends Row>(statement: Statement, values: readonly unknown[]): Promise<QueryResult<R>> {
    return new Promise((resolve, reject) => {
      this.#push({ ...statement, values }, { resolve: resolve as Pending['resolve'], reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      queueMicrotask(() => void this.#flush());
    });
  }

  /** A write whose outcome nobody waits for: sent with what comes next, and its failure fails the commit. */
  defer(statement: Statement, values: readonly unknown[]): void {
    this.#push({ ...statement, values }, null);
  }

  async commit(): Promise<void> {
    const committed = this.query({ text: 'COMMIT' }, []);
    // PostgreSQL answers the COMMIT of an aborted transaction with a quiet ROLLBACK.
    if ((await committed).command !== 'COMMIT') throw new Error('The database rolled the transaction back');
  }

  /** Throws when the connection is lost: the server rolls back by itself, and nobody should wait for it to. */
  async rollback(): Promise<void> {
    if (this.#lost) throw this.#lost;
    if (this.#begun) await runBatch(this.client, [{ text: 'ROLLBACK' }]);
  }

  #push(statement: BoundStatement, pending: Pending | null): void {
    this.#batch.push(statement);
    this.#pending.push(pending);
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    const pending = this.#pending;
    this.#batch = [];
    this.#pending = [];
    this.#scheduled = false;
    this.#begun = true;
    const span = this.tracing && roundTripSpan(this.tracing, batch, this.span);
    try {
      const results = await runBatch(this.client, batch);
      if (span) endRoundTrip(span);
      pending.forEach((waiting, i) => waiting?.resolve(results[i]!));
    } catch (error) {
      if (span) endRoundTrip(span, error);
      if (!isServerError(error as Error)) this.#lost = error as Error;
      // Whatever came before it in the batch will be rolled back with it.
      for (const waiting of pending) waiting?.reject(error);
    }
  }
}

/** The pool, with transactions and with errors in the domain's words. */
export class PostgresDatabase implements Queryable {
  readonly #inside = new AsyncLocalStorage<true>();

  constructor(
    private readonly dataSource: DataSource,
    readonly tracing: Tracing | null = null,
  ) {}

  async query<R extends Row>(statement: Statement, values: readonly unknown[]): Promise<QueryResult<R>> {
    const span = this.tracing && roundTripSpan(this.tracing, [statement], this.tracing.active());
    const client = await this.#connect(span);
    let failure: Error | undefined;
    try {
      const [result] = await runBatch(client, [{ ...statement, values }]);
      return result as QueryResult<R>;
    } catch (error) {
      failure = error as Error;
      throw translateDatabaseError(error);
    } finally {
      client.release(failure && !isServerError(failure) ? failure : undefined);
      if (span) endRoundTrip(span, failure);
    }
  }

  /** The pool's connections, and the callers that wait for one. */
  get pool(): { readonly inUse: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  async isReachable(): Promise<boolean> {
    try {
      await this.query({ text: 'SELECT 1' }, []);
      return true;
    } catch {
      return false;
    }
  }

  /** Throws where a transaction is open already: the inner one would wait for the outer for ever, or outlive it. */
  refuseNesting(): void {
    if (this.#inside.getStore()) throw new Error('A unit of work must not run inside another');
  }

  /** Commits when `work` resolves, rolls back when it rejects. A transaction inside a transaction throws. */
  async transaction<T>(
    work: (transaction: PostgresTransaction) => Promise<T>,
    { shared = false } = {},
  ): Promise<T> {
    this.refuseNesting();
    const span = this.tracing?.start('transaction') ?? null;
    const client = await this.#connect(span);
    const transaction = new PostgresTransaction(client, shared, this.tracing, span);
    return this.#inside.run(true, () => this.#run(transaction, client, span, work));
  }

  async #run<T>(
    transaction: PostgresTransaction,
    client: PoolClient,
    span: Span | null,
    work: (transaction: PostgresTransaction) => Promise<T>,
  ): Promise<T> {
    let broken: Error | undefined;
    let failure: unknown;
    try {
      const result = await work(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      failure = error;
      // A connection whose rollback failed has an unknown state and is closed rather than reused.
      broken = await transaction.rollback().then(
        () => undefined,
        (reason: Error) => reason,
      );
      throw translateDatabaseError(error);
    } finally {
      client.release(broken);
      span?.end(failure);
    }
  }

  get #pool(): Pool {
    return (this.dataSource.driver as unknown as { readonly master: Pool }).master;
  }

  /** Ends the span when there is no connection to be had. */
  async #connect(span: Span | null): Promise<PoolClient> {
    try {
      const client = await this.#pool.connect();
      if (client.listenerCount('error') === 0) client.on('error', heardElsewhere);
      return client;
    } catch (error) {
      span?.end(error);
      throw translateDatabaseError(error);
    }
  }
}

/**
 * The pool listens only to idle connections, and an `error` event that nobody hears ends the process. Whoever
 * holds the connection learns of its loss from the next statement.
 */
const heardElsewhere = (): void => undefined;
