import type { DataSource } from 'typeorm';
import { PostgresDatabase } from './postgres-database.js';
import { ensureAuditPartitions } from './stores/audit-partitions.js';

/** Arbitrary but fixed: whoever holds this advisory lock migrates, everyone else waits for it. */
const MIGRATION_LOCK = 7_206_411_903;

export interface MigrationStatus {
  readonly name: string;
  readonly applied: boolean;
}

/** Runs the migrations; several instances may start at once. */
export class Migrator {
  constructor(private readonly dataSource: DataSource) {}

  /** Applies everything outstanding; returns the names of what it applied. */
  async up(now: Date): Promise<readonly string[]> {
    return this.#locked(async () => {
      const applied = await this.dataSource.runMigrations();
      await ensureAuditPartitions(new PostgresDatabase(this.dataSource), now);
      return applied.map(({ name }) => name);
    });
  }

  /** Reverts the last migration. */
  async down(): Promise<void> {
    await this.#locked(() => this.dataSource.undoLastMigration());
  }

  /** Oldest first. */
  async status(): Promise<readonly MigrationStatus[]> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await this.#createSchema();
      const table = await runner.hasTable('gatehouse.migrations');
      const rows = table
        ? ((await runner.query('SELECT name FROM gatehouse.migrations')) as { name: string }[])
        : [];
      const applied = new Set(rows.map(({ name }) => name));
      return this.dataSource.migrations.map(({ constructor, name = constructor.name }) => ({
        name,
        applied: applied.has(name),
      }));
    } finally {
      await runner.release();
    }
  }

  async #createSchema(): Promise<void> {
    await this.dataSource.query('CREATE SCHEMA IF NOT EXISTS gatehouse');
  }

  async #locked<T>(work: () => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    await runner.connect();
    try {
      // Waiting for another instance's migration may take longer than a request may.
      await runner.query('SET lock_timeout = 0');
      await runner.query('SET statement_timeout = 0');
      await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      await this.#createSchema();
      return await work();
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
      await runner.query('RESET lock_timeout').catch(() => undefined);
      await runner.query('RESET statement_timeout').catch(() => undefined);
      await runner.release();
    }
  }
}
