import { EmbeddedDatabase } from '#adapters/embedded-postgres';
import { createDataSource, Migrator } from '#adapters/typeorm';
import type { Secret } from '#domain/kernel';
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
export async function joinDatabase(config: Config, progress: DatabaseProgress): Promise<Database> {
  const running = config.database.url ? undefined : await EmbeddedDatabase.urlOfRunning(config.dataDir);
  if (!running) return openDatabase(config, progress);
  return { url: running, embedded: true, stop: () => Promise.resolve() };
}

/** Runs `work` with a migrator on a connection of its own. */
export async function withMigrator<T>(url: Secret, work: (migrator: Migrator) => Promise<T>): Promise<T> {
  const dataSource = createDataSource({ url, poolSize: 2, applicationName: 'gatehouse-migrate' });
  await dataSource.initialize();
  try {
    return await work(new Migrator(dataSource));
  } finally {
    await dataSource.destroy();
  }
}
