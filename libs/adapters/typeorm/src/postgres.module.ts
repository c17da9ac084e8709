import { Module, Scope, type DynamicModule, type OnModuleDestroy } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  AUDIT_CHAIN,
  AUDIT_CURSORS,
  AUDIT_FEED,
  AUDIT_LOG,
  DEAD_LETTERS,
  type AuditEvent,
} from '#domain/audit';
import { ROLE_DIRECTORY } from '#domain/access';
import { ALERT_STORE } from '#domain/alerting';
import { ACCOUNT_DIRECTORY, ACCOUNT_SEARCH } from '#domain/identity';
import { EXPIRED_REGISTRATIONS, PASSWORD_ATTEMPTS } from '#domain/credentials';
import {
  CLOCK,
  PAYLOAD_CIPHER,
  UNIT_OF_WORK,
  type Clock,
  type PayloadCipher,
  type Tracing,
} from '#domain/kernel';
import { DELIVERY_LOG, DEV_OUTBOX, KNOWN_IDENTIFIERS } from '#domain/notification';
import { DEVICE_STORE, SESSION_STORE } from '#domain/session';
import { dataSourceOptions, type DatabaseOptions } from './data-source.js';
import { OutboxRelay } from './outbox/outbox-relay.js';
import { PostgresDatabase } from './postgres-database.js';
import { PostgresUnitOfWork } from './postgres-unit-of-work.js';
import { CleanUp } from './stores/clean-up.js';
import { PostgresAccountSearch } from './stores/postgres-account-search.js';
import { PostgresAccountDirectory } from './stores/postgres-accounts.js';
import { PostgresAlertStore } from './stores/postgres-alerts.js';
import { PostgresAuditChain } from './stores/postgres-audit-chain.js';
import { PostgresAuditCursors } from './stores/postgres-audit-cursors.js';
import { PostgresAuditFeed } from './stores/postgres-audit-feed.js';
import { PostgresAuditLog } from './stores/postgres-audit-log.js';
import { PostgresDeadLetters } from './stores/postgres-dead-letters.js';
import { PostgresDeliveryLog } from './stores/postgres-delivery-log.js';
import { PostgresDeviceStore } from './stores/postgres-device-store.js';
import { PostgresDevOutbox } from './stores/postgres-dev-outbox.js';
import { PostgresExpiredRegistrations } from './stores/postgres-registrations.js';
import { PostgresRoleDirectory } from './stores/postgres-roles.js';
import { PostgresPasswordAttempts } from './stores/postgres-password-attempts.js';
import { PostgresSessionStore } from './stores/postgres-session-store.js';
import { PostgresVitals } from './stores/postgres-vitals.js';

export interface PostgresModuleOptions extends DatabaseOptions {
  /** Told when the outbox's relay cannot reach the database, which has no request to fail. */
  readonly onRelayError: (error: unknown) => void;
  /** Told of audit events once they are committed; must not throw. */
  readonly onAudited?: (events: readonly AuditEvent[]) => void;
  readonly tracing: Tracing | null;
}

const onDatabase = <T>(Store: new (db: PostgresDatabase) => T) => ({
  useFactory: (db: PostgresDatabase) => new Store(db),
  inject: [PostgresDatabase],
});

/** The record: every store, the unit of work and the outbox's queue on one pool. */
@Module({})
export class PostgresModule implements OnModuleDestroy {
  constructor(private readonly relay: OutboxRelay) {}

  static register({ onRelayError, onAudited, tracing, ...database }: PostgresModuleOptions): DynamicModule {
    return {
      module: PostgresModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(database), retryAttempts: 0 })],
      providers: [
        {
          provide: PostgresDatabase,
          useFactory: (dataSource: DataSource) => new PostgresDatabase(dataSource, tracing),
          inject: [DataSource],
        },
        {
          provide: OutboxRelay,
          useFactory: (db: PostgresDatabase, cipher: PayloadCipher, clock: Clock) =>
            new OutboxRelay(db, cipher, clock, onRelayError),
          inject: [PostgresDatabase, PAYLOAD_CIPHER, CLOCK],
        },
        {
          provide: UNIT_OF_WORK,
          useFactory: (db: PostgresDatabase, cipher: PayloadCipher, relay: OutboxRelay) =>
            new PostgresUnitOfWork(db, cipher, relay, onAudited),
          inject: [PostgresDatabase, PAYLOAD_CIPHER, OutboxRelay],
        },
        { provide: ACCOUNT_DIRECTORY, ...onDatabase(PostgresAccountDirectory) },
        { provide: ACCOUNT_SEARCH, ...onDatabase(PostgresAccountSearch) },
        { provide: ALERT_STORE, ...onDatabase(PostgresAlertStore) },
        { provide: AUDIT_CHAIN, ...onDatabase(PostgresAuditChain) },
        { provide: AUDIT_CURSORS, ...onDatabase(PostgresAuditCursors) },
        // One for each that follows the trail.
        { provide: AUDIT_FEED, scope: Scope.TRANSIENT, ...onDatabase(PostgresAuditFeed) },
        { provide: AUDIT_LOG, ...onDatabase(PostgresAuditLog) },
        { provide: KNOWN_IDENTIFIERS, useExisting: ACCOUNT_DIRECTORY },
        { provide: ROLE_DIRECTORY, ...onDatabase(PostgresRoleDirectory) },
        { provide: SESSION_STORE, ...onDatabase(PostgresSessionStore) },
        { provide: DEVICE_STORE, ...onDatabase(PostgresDeviceStore) },
        { provide: EXPIRED_REGISTRATIONS, ...onDatabase(PostgresExpiredRegistrations) },
        { provide: PASSWORD_ATTEMPTS, ...onDatabase(PostgresPasswordAttempts) },
        { provide: DEAD_LETTERS, ...onDatabase(PostgresDeadLetters) },
        { provide: DELIVERY_LOG, ...onDatabase(PostgresDeliveryLog) },
        { provide: DEV_OUTBOX, ...onDatabase(PostgresDevOutbox) },
        { provide: CleanUp, ...onDatabase(CleanUp) },
        {
          provide: PostgresVitals,
          useFactory: (db: PostgresDatabase, clock: Clock) => new PostgresVitals(db, clock),
          inject: [PostgresDatabase, CLOCK],
        },
      ],
      exports: [
        PostgresDatabase,
        OutboxRelay,
        UNIT_OF_WORK,
        ACCOUNT_DIRECTORY,
        ACCOUNT_SEARCH,
        ALERT_STORE,
        AUDIT_CHAIN,
        AUDIT_CURSORS,
        AUDIT_FEED,
        AUDIT_LOG,
        DEAD_LETTERS,
        KNOWN_IDENTIFIERS,
        ROLE_DIRECTORY,
        SESSION_STORE,
        DEVICE_STORE,
        EXPIRED_REGISTRATIONS,
        PASSWORD_ATTEMPTS,
        DELIVERY_LOG,
        DEV_OUTBOX,
        CleanUp,
        PostgresVitals,
      ],
    };
  }

  /** Before the pool is closed, which Nest does a phase later. */
  async onModuleDestroy(): Promise<void> {
    await this.relay.stop();
  }
}
