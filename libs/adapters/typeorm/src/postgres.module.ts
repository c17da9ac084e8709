import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ACCOUNT_DIRECTORY } from '#domain/identity';
import { PAYLOAD_CIPHER, UNIT_OF_WORK, type PayloadCipher } from '#domain/kernel';
import { DELIVERY_LOG, DEV_OUTBOX, KNOWN_IDENTIFIERS } from '#domain/notification';
import { SESSION_STORE } from '#domain/session';
import { dataSourceOptions, type DatabaseOptions } from './data-source.js';
import { EventQueue } from './outbox/event-queue.js';
import { PostgresDatabase } from './postgres-database.js';
import { PostgresUnitOfWork } from './postgres-unit-of-work.js';
import { CleanUp } from './stores/clean-up.js';
import { PostgresAccountDirectory } from './stores/postgres-accounts.js';
import { PostgresDeliveryLog } from './stores/postgres-delivery-log.js';
import { PostgresDevOutbox } from './stores/postgres-dev-outbox.js';
import { PostgresSessionStore } from './stores/postgres-session-store.js';

export interface PostgresModuleOptions extends DatabaseOptions {
  /** Told of errors in the queue's own housekeeping, which have no request to fail. */
  readonly onQueueError: (error: Error) => void;
}

const onDatabase = <T>(Store: new (db: PostgresDatabase) => T) => ({
  useFactory: (db: PostgresDatabase) => new Store(db),
  inject: [PostgresDatabase],
});

/** The record: every store, the unit of work and the outbox's queue on one pool. */
@Module({})
export class PostgresModule implements OnApplicationShutdown {
  constructor(private readonly queue: EventQueue) {}

  static register({ onQueueError, ...database }: PostgresModuleOptions): DynamicModule {
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
          provide: EventQueue,
          useFactory: async (db: PostgresDatabase, cipher: PayloadCipher) => {
            const queue = new EventQueue(db, cipher, onQueueError);
            await queue.start();
            return queue;
          },
          inject: [PostgresDatabase, PAYLOAD_CIPHER],
        },
        {
          provide: UNIT_OF_WORK,
          useFactory: (db: PostgresDatabase, queue: EventQueue) => new PostgresUnitOfWork(db, queue),
          inject: [PostgresDatabase, EventQueue],
        },
        { provide: ACCOUNT_DIRECTORY, ...onDatabase(PostgresAccountDirectory) },
        { provide: KNOWN_IDENTIFIERS, useExisting: ACCOUNT_DIRECTORY },
        { provide: SESSION_STORE, ...onDatabase(PostgresSessionStore) },
        { provide: DELIVERY_LOG, ...onDatabase(PostgresDeliveryLog) },
        { provide: DEV_OUTBOX, ...onDatabase(PostgresDevOutbox) },
        { provide: CleanUp, ...onDatabase(CleanUp) },
      ],
      exports: [
        PostgresDatabase,
        EventQueue,
        UNIT_OF_WORK,
        ACCOUNT_DIRECTORY,
        KNOWN_IDENTIFIERS,
        SESSION_STORE,
        DELIVERY_LOG,
        DEV_OUTBOX,
        CleanUp,
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.queue.stop();
  }
}
