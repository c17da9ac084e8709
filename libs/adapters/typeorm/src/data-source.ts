import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Secret } from '#domain/kernel';
import { GuardedSocket } from './guarded-socket.js';
import { MIGRATIONS } from './migrations/index.js';

export interface DatabaseOptions {
  readonly url: Secret;
  readonly poolSize: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
}

/** Milliseconds. The server gives up first, so that a connection is usable after a slow statement. */
const STATEMENT_TIMEOUT = 5_000;
const LOCK_TIMEOUT = 3_000;
const IDLE_IN_TRANSACTION_TIMEOUT = 10_000;
const CLIENT_TIMEOUT = 7_000;
const CONNECT_TIMEOUT = 3_000;

/** So that no request hangs and no transaction holds its locks for long. */
const REQUEST_TIMEOUTS = {
  statement_timeout: STATEMENT_TIMEOUT,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT,
  query_timeout: CLIENT_TIMEOUT,
};

/**
 * TypeORM's data source: the pool, the migrations and the schema they live in. The schema is never
 * synchronised from code; migrations are hand-written SQL.
 */
export function dataSourceOptions(
  { url, poolSize, applicationName }: DatabaseOptions,
  timeouts: Partial<typeof REQUEST_TIMEOUTS> = REQUEST_TIMEOUTS,
): DataSourceOptions {
  return {
    type: 'postgres',
    url: url.expose(),
    schema: 'gatehouse',
    applicationName,
    synchronize: false,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    migrations: MIGRATIONS,
    extra: {
      max: poolSize,
      lock_timeout: LOCK_TIMEOUT,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      stream: () => new GuardedSocket(),
      ...timeouts,
    },
  };
}

/**
 * For migrations, which take as long as they take but do not queue for a lock with all traffic behind them.
 * Not yet connected: call `initialize`.
 */
export const createDataSource = (options: DatabaseOptions): DataSource =>
  new DataSource(dataSourceOptions(options, {}));
