import { Module, type DynamicModule, type OnModuleDestroy } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AUDIT_CHAIN, AUDIT_LOG, type AuditEvent } from '#domain/audit';
import { ROLE_DIRECTORY } from '#domain/access';
import { ACCOUNT_DIRECTORY, ACCOUNT_SEARCH } from '#domain/identity';
import { EXPIRED_REGISTRATIONS, PASSWORD_ATTEMPTS } from '#domain/credentials';
import { CLOCK, PAYLOAD_CIPHER, UNIT_OF_WORK, type Clock, type PayloadCipher } from '#domain/kernel';
import { DELIVERY_LOG, DEV_OUTBOX, KNOWN_IDENTIFIERS } from '#domain/notification';
import { SESSION_STORE } from '#domain/session';
import { dataSourceOptions, type DatabaseOptions } from './data-source.js';
import { OutboxRelay } from './outbox/outbox-relay.js';
import { PostgresDatabase } from './postgres-database.js';
import { PostgresUnitOfWork } from './postgres-unit-of-work.js';
import { CleanUp } from './stores/clean-up.js';
import { PostgresAccountSearch } from './stores/postgres-account-search.js';
import { PostgresAccountDirectory } from './stores/postgres-accounts.js';
import { PostgresAuditChain } from './stores/postgres-audit-chain.js';
import { PostgresAuditLog } from './stores/postgres-audit-log.js';
import { PostgresDeliveryLog } from './stores/postgres-delivery-log.js';
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
}

const onDatabase = <T>(Store: new (db: PostgresDatabase) => T) => ({
  useFactory: (db: PostgresDatabase) => new Store(db),
  inject: [PostgresDatabase],
});

/** The record: every store, the unit of work and the outbox's queue on one pool. */
@Module({})
export class PostgresModule implements OnModuleDestroy {
  constructor(private readonly relay: OutboxRelay) {}

  static register({ onRelayError, onAudited, ...database }: PostgresModuleOptions): DynamicModule {
    return {
      module: PostgresModule,
      global: true,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(database), retryAttempts: 0 })],
      providers: [
        {
          provide: PostgresDatabase,
          useFactory: (dataSource: DataSource) => new PostgresDatabase(dataSource),
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
        { provide: AUDIT_CHAIN, ...onDatabase(PostgresAuditChain) },
        { provide: AUDIT_LOG, ...onDatabase(PostgresAuditLog) },
        { provide: KNOWN_IDENTIFIERS, useExisting: ACCOUNT_DIRECTORY },
        { provide: ROLE_DIRECTORY, ...onDatabase(PostgresRoleDirectory) },
        { provide: SESSION_STORE, ...onDatabase(PostgresSessionStore) },
        { provide: EXPIRED_REGISTRATIONS, ...onDatabase(PostgresExpiredRegistrations) },
        { provide: PASSWORD_ATTEMPTS, ...onDatabase(PostgresPasswordAttempts) },
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
        AUDIT_CHAIN,
        AUDIT_LOG,
        KNOWN_IDENTIFIERS,
        ROLE_DIRECTORY,
        SESSION_STORE,
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
