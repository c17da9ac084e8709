import { serialize } from 'pg-protocol';
import pg, { type ClientBase, type Connection, type QueryResult, type QueryResultRow } from 'pg';
import { prepareValue } from 'pg/lib/utils.js';

/** A statement that is parsed once per connection under its name, or each time when it has none. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

export const statement = (name: string, text: string): Statement => ({ name: `gatehouse.${name}`, text });

export type Row = QueryResultRow;

export interface BoundStatement extends Statement {
  readonly values?: readonly unknown[];
}

/** Names prepared for certain. A connection takes its set with it when it goes. */
const preparedOn = new WeakMap<Connection, Set<string>>();

/**
 * Several statements in one round trip: the extended protocol with one Sync at the end ("Pipelining" in the
 * PostgreSQL documentation, 54.2.4), where node-postgres would send one after each. One write and one wake-up
 * on either side, instead of one a statement, is most of what a short transaction costs.
 *
 * A statement that fails has the server skip those behind it. The reading of results is the driver's own.
 */
class StatementBatch extends pg.Query {
  readonly #newlyPrepared = new Set<string>();
  #connection: Connection | null = null;

  constructor(
    private readonly statements: readonly BoundStatement[],
    done: (error: Error | null | undefined, results: unknown) => void,
  ) {
    super({ text: '' }, done);
  }

  override submit = (connection: Connection): void => {
    this.#connection = connection;
    const messages = this.statements.flatMap((bound) => this.#messages(connection, bound));
    // One buffer: gathering hundreds of small ones is slower in the socket than copying them here.
    connection.stream.write(Buffer.concat([...messages, serialize.sync()]));
  };

  /** To be called when all went well: only then is it certain that every name was parsed. */
  rememberPrepared(): void {
    if (!this.#connection || this.#newlyPrepared.size === 0) return;
    const prepared = preparedOn.get(this.#connection) ?? new Set();
    for (const name of this.#newlyPrepared) prepared.add(name);
    preparedOn.set(this.#connection, prepared);
  }

  #messages(connection: Connection, { name = '', text, values = [] }: BoundStatement): Buffer[] {
    const messages: Buffer[] = [];
    const prepared = preparedOn.get(connection)?.has(name) ?? false;
    if (!prepared && !this.#newlyPrepared.has(name)) {
      // An earlier batch may have parsed it and then failed; closing what does not exist is no error.
      if (name !== '') messages.push(serialize.close({ type: 'S', name }));
      messages.push(serialize.parse({ name, text, types: [] }));
      if (name !== '') this.#newlyPrepared.add(name);
    }
    messages.push(serialize.bind({ statement: name, values: values.map((value) => prepareValue(value)) }));
    messages.push(serialize.describe({ type: 'P' }), serialize.execute());
    return messages;
  }
}

/** Runs the statements in order, in one round trip. Rejects with the first failure, wherever it is. */
export function runBatch(
  client: ClientBase,
  statements: readonly BoundStatement[],
): Promise<readonly QueryResult[]> {
  return new Promise((resolve, reject) => {
    const batch = new StatementBatch(statements, (error, results) => {
      if (error) return reject(error);
      batch.rememberPrepared();
      resolve(Array.isArray(results) ? (results as QueryResult[]) : [results as QueryResult]);
    });
    client.query(batch);
  });
}
