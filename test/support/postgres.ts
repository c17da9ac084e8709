import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** The service's role, so that specs run with the rights that a deployment has. */
const OWNER = 'gatehouse';

export interface TestDatabase {
  readonly url: string;
  /** Ends whatever is still connected. */
  drop(): Promise<void>;
}

export interface Template {
  /** Specs that name the same template share it; it is prepared once per test run. */
  readonly name: string;
  /** Must leave no connection open: PostgreSQL copies only a database that nobody uses. */
  readonly prepare: (url: string) => Promise<void>;
}

/** A new database on the run's own server: empty, or a copy of `template`. */
export async function createTestDatabase(template?: Template): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asSuperuser(async (client) => {
    const source = template ? await prepared(client, template) : 'template1';
    await client.query(`CREATE DATABASE ${name} OWNER ${OWNER} TEMPLATE ${source} STRATEGY file_copy`);
  });
  return {
    url: urlOf(name),
    drop: () => asSuperuser((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

async function prepared(client: pg.Client, { name, prepare }: Template): Promise<string> {
  const database = client.escapeIdentifier(`template_${name}`);
  // Specs run in several processes; the first one here prepares, the others wait for it.
  await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [`template_${name}`]);
  if (rowCount === 0) {
    const draft = `draft_${randomUUID().replaceAll('-', '')}`;
    await client.query(`CREATE DATABASE ${draft} OWNER ${OWNER}`);
    await prepare(urlOf(draft));
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${database}`);
  }
  return database;
}

/** With every right there is; in the database of that URL, or in the server's own. */
export async function asSuperuser(
  work: (client: pg.Client) => Promise<unknown>,
  databaseUrl?: string,
): Promise<void> {
  const url = new URL(published('GATEHOUSE_TEST_POSTGRES_SUPERUSER'));
  if (databaseUrl !== undefined) url.pathname = new URL(databaseUrl).pathname;
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(published('GATEHOUSE_TEST_POSTGRES'));
  url.pathname = database;
  return url.href;
}

function published(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: Jest's global set-up, which starts PostgreSQL, has not run.`);
  return value;
}
