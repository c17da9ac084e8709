/**
 * Runs once before the layers that need PostgreSQL: one real server for the whole run, in a folder of its own, with
 * durability off. Specs make their databases in it through `postgres.ts`. Plain JavaScript because Jest loads this
 * file itself, outside the module system that transforms the specs.
 */
import './typescript-loader.mjs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default async function globalSetup() {
  const { EmbeddedDatabase } = await import('../../libs/adapters/embedded-postgres/src/index.ts');
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  const database = await EmbeddedDatabase.start({
    dataDir,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
    log: () => undefined,
  });
  process.env.GATEHOUSE_TEST_POSTGRES = database.url.expose();
  process.env.GATEHOUSE_TEST_POSTGRES_SUPERUSER = database.superuserUrl.expose();
  globalThis.gatehouseTestPostgres = { database, dataDir };
  // Where specs that need an Elasticsearch share one; it is started by the first of them, if any.
  process.env.GATEHOUSE_TEST_ELASTICSEARCH = await mkdtemp(join(tmpdir(), 'gatehouse-test-elasticsearch-'));
}
