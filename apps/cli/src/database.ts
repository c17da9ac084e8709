import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { EmbeddedDatabase } from '#adapters/embedded-postgres';
import { createDataSource, Migrator, PostgresDatabase } from '#adapters/typeorm';
import type { Secret } from '#domain/kernel';
import { InfrastructureModule } from '../../api/src/composition/infrastructure.module.js';
import type { Config } from '../../api/src/config/index.js';

export interface Database {
  readonly url: Secret;
  readonly embedded: boolean;
  stop(): Promise<void>;
}

export interface DatabaseProgress {
  readonly log: (line: string) => void;
  readonly onProgress?: (step: string) => void;
}

/** The configured PostgreSQL, or the embedded one, started. */
export async function openDatabase(config: Config, progress: DatabaseProgress): Promise<Database> {
  const { url } = config.database;
  if (url) return { url, embedded: false, stop: () => Promise.resolve() };
  const database = await EmbeddedDatabase.start({ dataDir: config.dataDir, ...progress });
  return { url: database.url, embedded: true, stop: () => database.stop() };
}

/** For commands that come and go: beside the Gatehouse that runs on the embedded one, where there is one. */
export async function onDatabase<T>(config: Config, work: (url: Secret) => Promise<T>): Promise<T> {
  const running = config.database.url ? undefined : await EmbeddedDatabase.urlOfRunning(config.dataDir);
  if (running) return work(running);
  const database = await openDatabase(config, { log: logWarning });
  try {
    return await work(database.url);
  } finally {
    await database.stop();
  }
}

/** Runs `work` with a migrator on a connection of its own. */
export const withMigrator = <T>(url: Secret, work: (migrator: Migrator) => Promise<T>): Promise<T> =>
  withDataSource(url, 'gatehouse-migrate', (dataSource) => work(new Migrator(dataSource)));

/** Runs `work` on the stores alone, without the program around them. */
export const withStores = <T>(
  config: Config,
  applicationName: string,
  work: (db: PostgresDatabase) => Promise<T>,
): Promise<T> =>
  onDatabase(config, (url) =>
    withDataSource(url, applicationName, (dataSource) => work(new PostgresDatabase(dataSource))),
  );

/** Brings the schema up to date, and runs `work` with the use cases that the module exports. */
export const withUseCases = <T>(
  config: Config,
  applicationName: string,
  useCases: Type,
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> =>
  onDatabase(config, async (databaseUrl) => {
    await withMigrator(databaseUrl, (migrator) => migrator.up(new Date()));
    const infrastructure = InfrastructureModule.register({ ...config, databaseUrl }, applicationName);
    const context = await NestFactory.createApplicationContext(
      { module: class CommandModule {}, imports: [infrastructure, useCases] },
      { logger: false, abortOnError: false },
    );
    try {
      return await work(context);
    } finally {
      await context.close();
    }
  });

/** Runs `work` with a small pool of its own. */
export async function withDataSource<T>(
  url: Secret,
  applicationName: string,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = createDataSource({ url, poolSize: 2, applicationName });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** What the database has to say while a command runs, as far as it is worth an interruption. */
function logWarning(line: string): void {
  if (!/^(LOG|HINT):/.test(line)) console.error(line);
}
