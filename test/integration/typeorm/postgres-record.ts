import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import {
  createDataSource,
  dataSourceOptions,
  Migrator,
  OutboxRelay,
  PostgresAccountDirectory,
  PostgresDatabase,
  PostgresSessionStore,
  PostgresUnitOfWork,
  type PostgresTx,
} from '#adapters/typeorm';
import type { AccountDirectory } from '#domain/identity';
import { Secret, type Clock, type PayloadCipher, type UnitOfWork } from '#domain/kernel';
import { at, FixedClock } from '#domain/kernel/testing';
import type { SessionStore } from '#domain/session';
import { createTestDatabase } from '../../support/postgres.js';

/** Stands in for real encryption where a test reads the table with its own eyes. */
export const reversingCipher: PayloadCipher = {
  seal: (plaintext) => [...plaintext].reverse().join(''),
  open: (sealed) => [...sealed].reverse().join(''),
};

/** As the app connects, which the migrations do not. */
function connect({ url, poolSize, clientTimeout }: Connection): Promise<DataSource> {
  const options = dataSourceOptions({ url: new Secret(url), poolSize, applicationName: 'test' });
  const extra = { ...options.extra, ...(clientTimeout !== undefined && { query_timeout: clientTimeout }) };
  return new DataSource({ ...options, extra }).initialize();
}

const migrated = {
  name: 'migrated_in_january',
  prepare: async (url: string): Promise<void> => {
    const options = { url: new Secret(url), poolSize: 2, applicationName: 'test' };
    const dataSource = await createDataSource(options).initialize();
    await new Migrator(dataSource).up(at(0));
    await dataSource.destroy();
  },
};

/** What only its owner can do, and not without taking the protection off first. */
const EMPTY_AUDIT_TRAIL = `DO $$
  DECLARE part regclass;
  BEGIN
    IF NOT EXISTS (SELECT FROM gatehouse.audit_events) AND NOT EXISTS (SELECT FROM gatehouse.audit_batches) THEN
      RETURN;
    END IF;
    FOR part IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'append_only_truncate' LOOP
      EXECUTE format('ALTER TABLE %s DISABLE TRIGGER append_only_truncate', part);
    END LOOP;
    TRUNCATE gatehouse.audit_events, gatehouse.audit_batches;
    FOR part IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'append_only_truncate' LOOP
      EXECUTE format('ALTER TABLE %s ENABLE TRIGGER append_only_truncate', part);
    END LOOP;
  END $$`;

interface Connection {
  readonly url: string;
  readonly poolSize: number;
  /** Milliseconds after which a statement without an answer fails. */
  readonly clientTimeout?: number;
}

/** Without a `url` a new migrated database on the run's own server. */
export interface PostgresRecordOptions extends Partial<Connection> {
  readonly clock?: Clock;
  readonly cipher?: PayloadCipher;
}

/** Everything that the adapter makes of one migrated database, wired as in the app but without Nest. */
export interface PostgresRecord {
  readonly url: string;
  readonly dataSource: DataSource;
  readonly database: PostgresDatabase;
  readonly unitOfWork: UnitOfWork<PostgresTx>;
  readonly directory: AccountDirectory;
  readonly sessions: SessionStore;
  readonly relay: OutboxRelay;
  /** What the relay reported instead of failing a request. */
  readonly relayErrors: unknown[];
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Resolves once a transaction waits for a lock. */
  someoneWaits(): Promise<void>;
  /** In the pool, and believed to be alive. */
  idleConnections(): number;
  empty(): Promise<void>;
  close(): Promise<void>;
}

export async function openPostgresRecord({
  clock = new FixedClock(),
  cipher = reversingCipher,
  ...connection
}: PostgresRecordOptions = {}): Promise<PostgresRecord> {
  const testDatabase = connection.url === undefined ? await createTestDatabase(migrated) : null;
  const url = connection.url ?? testDatabase!.url;
  const dataSource = await connect({ poolSize: 25, ...connection, url });
  const database = new PostgresDatabase(dataSource);
  const relayErrors: unknown[] = [];
  const relay = new OutboxRelay(database, cipher, clock, (error) => relayErrors.push(error));
  const query = <Row>(text: string, values: unknown[] = []) => dataSource.query<Row[]>(text, values);
  return {
    url,
    dataSource,
    database,
    unitOfWork: new PostgresUnitOfWork(database, cipher, relay),
    directory: new PostgresAccountDirectory(database),
    sessions: new PostgresSessionStore(database),
    relay,
    relayErrors,
    query,
    someoneWaits: async () => {
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      while ((await query(waiting)).length === 0);
    },
    idleConnections: () => (dataSource.driver as unknown as { readonly master: Pool }).master.idleCount,
    empty: async () => {
      await query(`TRUNCATE gatehouse.users, gatehouse.user_identifiers, gatehouse.otp_challenges,
        gatehouse.sessions, gatehouse.devices, gatehouse.outbox_events, gatehouse.message_deliveries,
        gatehouse.dev_messages, gatehouse.passwords, gatehouse.password_failures,
        gatehouse.pending_registrations, gatehouse.address_links,
        gatehouse.audit_cursors, gatehouse.dead_letters, gatehouse.alerts,
        gatehouse.alert_counters, gatehouse.account_imports, gatehouse.account_import_failures`);
      await query(EMPTY_AUDIT_TRAIL);
    },
    close: async () => {
      await relay.stop();
      await dataSource.destroy();
      await testDatabase?.drop();
    },
  };
}
