import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient, QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { translateDatabaseError } from './database-errors.js';

/** A prepared statement: parsed and planned once per connection under its name. */
export interface Statement {
  /** Without a name it is parsed anew each time. */
  readonly name?: string;
  readonly text: string;
}

export const statement = (name: string, text: string): Statement => ({ name: `gatehouse.${name}`, text });

export type Row = QueryResultRow;

/**
 * Whatever runs statements: the pool for one statement of its own, or a transaction. A transaction notes the
 * failure of a statement itself, so there, and only there, a write may go unawaited: it fails the commit.
 */
export interface Queryable {
  query<R extends Row>({ name, text }: Statement, values: readonly unknown[]): Promise<QueryResult<R>>;
}

/**
 * One transaction on one pipelined connection: statements are sent in the order of the calls, and one that
 * nobody waits for travels with the next. A statement's failure aborts the transaction, so every later one
 * fails too; the first failure is the one reported.
 */
export class PostgresTransaction implements Queryable {
  #failure: unknown = null;

  constructor(private readonly client: PoolClient) {
    void this.#send({ text: 'BEGIN' });
  }

  query<R extends Row>({ name, text }: Statement, values: readonly unknown[]): Promise<QueryResult<R>> {
    return this.#send<R>({ text, values: [...values], ...(name !== undefined && { name }) });
  }

  async commit(): Promise<void> {
    const result = await this.#send({ text: 'COMMIT' });
    if (this.#failure !== null) throw this.#failure;
    // PostgreSQL answers the COMMIT of an aborted transaction with a quiet ROLLBACK.
    if (result.command !== 'COMMIT') throw new Error('The transaction was rolled back by the database');
  }

  async rollback(): Promise<void> {
    await this.#send({ text: 'ROLLBACK' });
  }

  get failure(): unknown {
    return this.#failure;
  }

  #send<R extends Row>(query: { name?: string; text: string; values?: unknown[] }): Promise<QueryResult<R>> {
    const sent = this.client.query<R>(query);
    sent.catch((error: unknown) => {
      this.#failure ??= error;
    });
    return sent;
  }
}

/** The pool, with transactions and with errors in the domain's words. */
export class PostgresDatabase implements Queryable {
  readonly #inside = new AsyncLocalStorage<true>();

  constructor(private readonly dataSource: DataSource) {}

  async query<R extends Row>({ name, text }: Statement, values: readonly unknown[]): Promise<QueryResult<R>> {
    try {
      return await this.#pool.query<R>({ text, values: [...values], ...(name !== undefined && { name }) });
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /** Commits when `work` resolves, rolls back when it rejects. A transaction inside a transaction throws. */
  async transaction<T>(work: (transaction: PostgresTransaction) => Promise<T>): Promise<T> {
    if (this.#inside.getStore()) throw new Error('A unit of work must not run inside another');
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw translateDatabaseError(error);
    }
    return this.#inside.run(true, () => this.#run(client, work));
  }

  async #run<T>(client: PoolClient, work: (transaction: PostgresTransaction) => Promise<T>): Promise<T> {
    const transaction = new PostgresTransaction(client);
    let broken: Error | boolean = true;
    try {
      const result = await work(transaction);
      await transaction.commit();
      broken = false;
      return result;
    } catch (error) {
      const cause = transaction.failure ?? error;
      broken = await transaction.rollback().then(
        () => false,
        (reason: Error) => reason,
      );
      throw translateDatabaseError(cause);
    } finally {
      // A connection whose rollback failed has an unknown state and is closed rather than reused.
      client.release(broken);
    }
  }

  get #pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}
