import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { EmbeddedDatabase } from '#adapters/embedded-postgres';
import { createDataSource, Migrator } from '#adapters/typeorm';
import { Lifecycle } from '../../apps/api/src/http/index.js';
import { RedisServer } from '../support/redis-server.js';
import { createTestDatabase } from '../support/postgres.js';
import { Client, inParallel, newEmail, otherThan, tally, until, type SignedIn } from './support/client.js';
import { GatehouseProcess } from './support/gatehouse-process.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

const timed = async <T>(work: PromiseLike<T>): Promise<{ result: T; took: number }> => {
  const start = performance.now();
  const result = await work;
  return { result, took: performance.now() - start };
};

describe('While PostgreSQL is gone', () => {
  let dataDir: string;
  let database: EmbeddedDatabase;
  let gatehouse: Gatehouse;
  let client: Client;

  const start = () => EmbeddedDatabase.start({ dataDir, settings: { fsync: 'off' }, log: () => undefined });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-faults-'));
    database = await start();
    const dataSource = createDataSource({
      url: database.url,
      poolSize: 2,
      applicationName: 'test-migrations',
    });
    await dataSource.initialize();
    await new Migrator(dataSource).up(new Date());
    await dataSource.destroy();
    gatehouse = await startGatehouse({ databaseUrl: database.url.expose() });
    client = new Client(gatehouse);
  }, 60_000);
  afterAll(async () => {
    await gatehouse.stop();
    await database.stop();
    await rm(dataDir, { recursive: true });
  });

  it('requests are told so at once, and within five seconds of its return all is as before', async () => {
    const email = newEmail();
    const { accessToken, refreshToken } = await client.signIn(email);
    const challenge = await client.requestCode(newEmail());

    await database.stop();
    // A session that was looked up a moment ago is known for another second, and no longer.
    gatehouse.clock.advance(1_000);
    const calls = () => [
      client.post('auth/login/init', { identifier: email }),
      client.verify(challenge),
      client.refresh(refreshToken),
      client.get('auth/session', accessToken),
    ];
    for (const call of calls()) {
      const { result, took } = await timed(call);
      expect(result.status).toBe(503);
      expect(result.type).toBe('application/problem+json');
      expect(result.body).toMatchObject({ status: 503, code: 'database-unavailable' });
      expect(Number(result.headers['retry-after'])).toBeGreaterThan(0);
      expect(took).toBeLessThan(1_000);
    }
    const readiness = await until(async () => {
      const answer = await gatehouse.request().get('/ready');
      return answer.status === 503 && answer;
    }, 'not ready');
    expect(readiness.body).toEqual({ status: 'error', checks: { postgresql: 'down' } });
    await gatehouse.request().get('/health').expect(200);
    await gatehouse.request().get('/.well-known/jwks.json').expect(200);

    database = await start();
    const returned = performance.now();
    await until(async () => (await gatehouse.request().get('/ready')).status === 200, 'ready again');
    const statuses: number[] = [];
    for (const call of calls()) statuses.push((await call).status);
    // The code that was presented in vain was not spent, the token was not used up, the session is live.
    expect(statuses).toEqual([202, 200, 200, 200]);
    await client.signIn(newEmail());
    expect(performance.now() - returned).toBeLessThan(5_000);
  }, 60_000);
});

describe.each(['is killed', 'hangs', 'comes back empty'] as const)('When Redis %s', (fault) => {
  let redis: RedisServer;
  let gatehouse: Gatehouse;
  let client: Client;

  beforeAll(async () => {
    redis = await RedisServer.start();
    gatehouse = await startGatehouse({ env: { REDIS_URL: redis.url } });
    client = new Client(gatehouse);
  });
  afterAll(async () => {
    redis.resume();
    await gatehouse.stop();
    await redis.stop();
  });

  const strike = async (): Promise<void> => {
    if (fault === 'hangs') return redis.hang();
    await redis.kill();
    if (fault === 'comes back empty') await redis.restart();
  };
  const readiness = async () => (await gatehouse.request().get('/ready').expect(200)).body as object;

  it('sign-in goes on, and nothing spent, revoked or counted comes back', async () => {
    await until(
      async () => ((await readiness()) as { status: string }).status === 'ok',
      'Redis to be connected',
    );
    const throttled = newEmail();
    for (let i = 0; i < 3; i++) await client.post('auth/login/init', { identifier: throttled }).expect(202);
    const spent = await client.requestCode(newEmail());
    const live: SignedIn = (await client.verify(spent).expect(200)).body;
    const guessed = await client.requestCode(newEmail());
    for (let i = 1; i <= 5; i++) {
      await client.verify({ ...guessed, code: otherThan(guessed.code, i) }).expect(401);
    }
    const revoked = await client.signIn(newEmail());
    await client.post('auth/logout', {}, revoked.accessToken).expect(204);

    await strike();

    await client.verify(spent).expect(401);
    await client.verify(guessed).expect(401);
    expect(await client.session(revoked.accessToken)).toBe(401);
    await client.refresh(revoked.refreshToken).expect(401);
    await client.post('auth/login/init', { identifier: throttled }).expect(429);

    expect(await client.session(live.accessToken)).toBe(200);
    const { result: next, took } = await timed(client.signIn(newEmail()));
    expect(took).toBeLessThan(3_000);
    await client.refresh(next.refreshToken).expect(200);
    await client.delete(`sessions/${next.session.id}`, next.accessToken).expect(204);
    expect(await client.session(next.accessToken)).toBe(401);

    if (fault !== 'comes back empty') {
      await until(async () => ((await readiness()) as { status: string }).status === 'degraded', 'degraded');
      expect(await readiness()).toMatchObject({ checks: { postgresql: 'up', redis: 'degraded' } });
      if (fault === 'hangs') redis.resume();
      else await redis.restart();
    }
    await until(async () => ((await readiness()) as { status: string }).status === 'ok', 'Redis to be back');
    await client.verify(spent).expect(401);
    expect(await client.session(revoked.accessToken)).toBe(401);
    expect(await client.session(next.accessToken)).toBe(401);
  });
});

describe('An instance that is about to stop', () => {
  it('says so at /ready, serves whoever still asks, and keeps no connection', async () => {
    const gatehouse = await startGatehouse();
    try {
      const client = new Client(gatehouse);
      const connection = async () =>
        (await gatehouse.request().get('/health').set('connection', 'keep-alive')).headers['connection'];
      expect(await connection()).toBe('keep-alive');
      await gatehouse
        .request()
        .get('/ready')
        .expect(200, { status: 'ok', checks: { postgresql: 'up' } });
      gatehouse.app.get(Lifecycle).drain();
      const { body } = await gatehouse.request().get('/ready').expect(503);
      expect(body).toEqual({ status: 'shutting_down', checks: { postgresql: 'up' } });
      expect(await connection()).toBe('close');
      await client.signIn(newEmail());
    } finally {
      await gatehouse.stop();
    }
  });
});

describe('A process', () => {
  const running: GatehouseProcess[] = [];
  let dataDir: string;

  beforeAll(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-process-'))));
  afterEach(async () => {
    for (const process of running.splice(0)) {
      process.kill('SIGTERM');
      await process.exited;
    }
  });
  afterAll(() => rm(dataDir, { recursive: true }));

  const run = async (env: Readonly<Record<string, string>> = {}): Promise<GatehouseProcess> => {
    const process = await GatehouseProcess.start({ DATA_DIR: dataDir, ...env });
    running.push(process);
    return process;
  };

  it('told to stop finishes what is in flight, and exits with 0', async () => {
    const database = await createTestDatabase();
    const holder = new pg.Client(database.url);
    try {
      const process = await run({ DATABASE_URL: database.url });
      const client = new Client(process);
      const challenge = await client.requestCode(newEmail());
      await holder.connect();
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE gatehouse.otp_challenges IN ACCESS EXCLUSIVE MODE');
      const inFlight = Promise.all([client.verify(challenge)]);
      await until(async () => (await waitingFor(holder)) > 0, 'the request to be in flight');

      process.kill('SIGTERM');
      await until(async () => process.output.includes('Stopping'), 'the signal to arrive');
      await holder.query('COMMIT');
      expect(tally(await inFlight)).toEqual({ 200: 1 });
      expect(await process.exited).toBe(0);
    } finally {
      await holder.end();
      await database.drop();
    }
  }, 60_000);

  it('killed in the middle of its work still sends every code that it has acknowledged', async () => {
    const process = await run();
    const first = new Client(process);
    const signedIn = await first.signIn(newEmail());
    const acknowledged = new Map<string, string>();
    // Until the process is gone, so that it is killed with requests at every stage of their way.
    const requests = inParallel(10, async () => {
      for (;;) {
        const identifier = newEmail();
        const { body } = await first.post('auth/login/init', { identifier }).expect(202);
        acknowledged.set(identifier, body.sessionId);
        if (acknowledged.size === 40) process.kill('SIGKILL');
      }
    });
    await expect(requests).rejects.toThrow();
    expect(await process.exited).toBeNull();

    const client = new Client(await run());
    for (const [identifier, sessionId] of acknowledged) {
      const { code } = await client.message(identifier, 'otp-code');
      await client.verify({ sessionId, code: code! }).expect(200);
    }
    expect(await client.session(signedIn.accessToken)).toBe(200);
    const codes = (await client.outbox()).filter(({ code }) => code !== null).map(({ to }) => to);
    expect(new Set(codes).size).toBe(codes.length);
  }, 90_000);
});

/** How many wait for the lock that this connection holds. */
async function waitingFor(holder: pg.Client): Promise<number> {
  const { rows } = await holder.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]!.waiting;
}
