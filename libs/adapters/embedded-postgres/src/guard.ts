import pg from 'pg';
import { SUPERUSER, type Cluster } from './cluster.js';

/** The service's role and the database it owns. */
export const ROLE = 'gatehouse';
export const DATABASE = 'gatehouse';

/** "gate" in ASCII; the lock lives in the database `postgres`, where nothing else takes advisory locks. */
const LOCK_KEY = 0x67617465;

/**
 * A connection whose advisory lock says which Gatehouse the database works for. PostgreSQL lets go of it the
 * moment its holder dies, however it dies, so unlike a pid file it is never stale.
 */
export class Guard {
  /** Resolves when the connection ends, and the lock with it. */
  readonly lost: Promise<void>;

  private constructor(private readonly client: pg.Client) {
    this.lost = new Promise((resolve) => client.once('end', resolve));
  }

  /** Undefined when another live Gatehouse holds it; throws when the server does not answer. */
  static async acquire(cluster: Cluster, port: number): Promise<Guard | undefined> {
    const client = await connect(cluster, port);
    const { rows } = await client.query<{ acquired: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS acquired',
      [LOCK_KEY],
    );
    if (rows[0]?.acquired) return new Guard(client);
    await client.end();
    return undefined;
  }

  /** Only looks: to try it, however briefly, could take it from under a Gatehouse that is starting. */
  static async isHeld(cluster: Cluster, port: number): Promise<boolean> {
    const client = await connect(cluster, port);
    const { rowCount } = await client.query(
      `SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = $1 AND granted`,
      [LOCK_KEY],
    );
    await client.end();
    return rowCount === 1;
  }

  /** Makes the role and database that the service uses; repeated on each start, as a start may die between them. */
  async ensureDatabase(password: string): Promise<void> {
    const { rows } = await this.client.query<{ role: boolean; database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS role,
              EXISTS (SELECT FROM pg_database WHERE datname = $2) AS database`,
      [ROLE, DATABASE],
    );
    if (!rows[0]?.role) {
      await this.client.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD ${this.client.escapeLiteral(password)}`);
    }
    if (!rows[0]?.database) await this.client.query(`CREATE DATABASE ${DATABASE} OWNER ${ROLE}`);
  }

  async release(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

async function connect(cluster: Cluster, port: number): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password: cluster.superuserPassword,
    database: 'postgres',
    application_name: 'gatehouse guard',
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined); // An `end` follows.
  await client.connect();
  return client;
}
