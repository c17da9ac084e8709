import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectSocket, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedDatabase } from '#adapters/embedded-postgres';
import { Migrator } from '#adapters/typeorm';
import { aUser } from '#domain/identity/testing';
import { anEvent, at, inParallel } from '#domain/kernel/testing';
import { aSession } from '#domain/session/testing';
import { rejectionOf } from '../../support/rejection-of.js';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

const unavailable = { kind: 'unavailable', code: 'database-unavailable', retryAfterSeconds: 2 };
const session = aSession();
const rotation = {
  now: at(1),
  expiresAt: at(2),
  graceStart: at(0),
  address: '203.0.113.7',
  userAgent: 'test',
};
const presented = { userId: session.userId, sessionId: session.id, generation: 0 };

/** One call into each way to the database. */
const calls: readonly [string, (record: PostgresRecord) => Promise<unknown>][] = [
  ['a unit of work', ({ unitOfWork }) => unitOfWork.run(({ accounts }) => accounts.lockById(session.userId))],
  [
    'a unit of work that only writes',
    ({ unitOfWork }) => unitOfWork.run(async (tx) => tx.outbox.append(anEvent())),
  ],
  ['rotating a token', ({ sessions }) => sessions.rotate(presented, rotation)],
  ['finding a session', ({ sessions }) => sessions.findWithRoles(session.userId, session.id)],
  ['finding an account', ({ directory }) => directory.findById(session.userId)],
];

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

const timed = async <T>(work: Promise<T>): Promise<{ result: T; took: number }> => {
  const start = performance.now();
  const result = await work;
  return { result, took: performance.now() - start };
};

describe('When PostgreSQL is gone', () => {
  let dataDir: string;
  let server: EmbeddedDatabase;
  let record: PostgresRecord;

  const start = () => EmbeddedDatabase.start({ dataDir, settings: { fsync: 'off' }, log: () => undefined });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-loss-'));
    server = await start();
    record = await openPostgresRecord({ url: server.url.expose() });
    await new Migrator(record.dataSource).up(at(0));
  }, 60_000);
  afterAll(async () => {
    await record.close();
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  it('says so at once and in the domain’s words, and works within five seconds of its return', async () => {
    const delivered = Promise.withResolvers<void>();
    record.relay.start(async () => delivered.resolve());
    await inParallel(10, () => record.sessions.findWithRoles(session.userId, session.id));

    await server.stop();
    for (const [, call] of calls) {
      const { result, took } = await timed(rejectionOf(call(record)));
      expect(result).toMatchObject(unavailable);
      expect(took).toBeLessThan(1_000);
    }
    record.relay.wake();
    while (record.relayErrors.length === 0) await new Promise(setImmediate);
    expect(record.relayErrors[0]).toMatchObject(unavailable);

    server = await start();
    const returned = performance.now();
    for (const [, call] of calls) {
      while (!(await succeeds(call(record))));
    }
    await delivered.promise;
    expect(performance.now() - returned).toBeLessThan(5_000);
    await record.relay.stop();
  }, 60_000);

  it('fails what was under way when it stopped, and keeps nothing of it', async () => {
    const user = aUser();
    const failing = record.unitOfWork.run(async ({ accounts }) => {
      accounts.insert(user);
      await accounts.lockById(user.id);
      await server.stop();
      await accounts.lockById(user.id);
    });
    expect(await rejectionOf(failing)).toMatchObject(unavailable);
    server = await start();
    expect(await record.directory.findById(user.id)).toBeNull();
  }, 60_000);
});

/** Between the service and PostgreSQL, for as long as it holds. */
class Cable {
  #pulled = false;
  #noise: Buffer | null = null;
  readonly #ends = new Set<Socket>();
  readonly #server: Server;

  constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connectSocket(port, '127.0.0.1');
      this.#ends.add(near);
      near.on('data', (bytes) => this.#pulled || far.write(bytes)).on('error', () => far.destroy());
      far.on('data', (bytes) => this.#pulled || near.write(this.#noise ?? bytes));
      far.on('error', () => near.destroy());
      near.on('close', () => this.#ends.delete(near) && far.destroy());
    });
  }

  async lay(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nobody refuses, nobody answers. */
  pull(): void {
    this.#pulled = true;
  }

  /** Whatever was answered, this is what arrives. */
  garble(noise: Buffer): void {
    this.#noise = noise;
  }

  mend(): void {
    this.#pulled = false;
    this.#noise = null;
  }

  /** As when the other machine loses power, or a firewall its memory. */
  cut(how: 'destroy' | 'resetAndDestroy'): void {
    for (const end of this.#ends) end[how]();
  }

  close(): void {
    this.#server.close();
  }
}

describe('When the line to PostgreSQL is bad', () => {
  /** Milliseconds; in production seven seconds. */
  const CLIENT_TIMEOUT = 600;
  let direct: PostgresRecord;
  let record: PostgresRecord;
  let cable: Cable;

  beforeAll(async () => {
    direct = await openPostgresRecord();
    const url = new URL(direct.url);
    cable = new Cable(Number(url.port));
    url.port = String(await cable.lay());
    record = await openPostgresRecord({ url: url.href, clientTimeout: CLIENT_TIMEOUT });
  });
  afterAll(async () => {
    await record.close();
    cable.close();
    await direct.close();
  });

  it.each(calls)('%s gives up on silence after one timeout, and the next one works', async (_what, call) => {
    await call(record);
    cable.pull();
    const { result, took } = await timed(rejectionOf(call(record)));
    cable.mend();
    expect(result).toMatchObject(unavailable);
    expect(took).toBeLessThan(CLIENT_TIMEOUT * 1.9);
    await call(record);
  });

  it.each([
    ['a row that ends before its fields do', Buffer.from([0x44, 0, 0, 0, 6, 0, 5])],
    ['a kind of message that there is not', Buffer.from([0xfc, 0, 0, 0, 4])],
  ])('fails what is answered with %s, and the next one works', async (_what, noise) => {
    await record.sessions.findWithRoles(session.userId, session.id);
    cable.garble(noise);
    const error = await rejectionOf(record.sessions.findWithRoles(session.userId, session.id));
    cable.mend();
    expect(error).toMatchObject(unavailable);
    expect(await record.sessions.findWithRoles(session.userId, session.id)).toBeNull();
  });

  it.each(['destroy', 'resetAndDestroy'] as const)(
    'fails what a cut interrupts (%s), and the next one works',
    async (how) => {
      const locked = Promise.withResolvers<void>();
      const user = aUser();
      await direct.unitOfWork.run(async ({ accounts }) => accounts.insert(user));
      const holder = direct.unitOfWork.run(async ({ accounts }) => {
        await accounts.lockById(user.id);
        locked.resolve();
        await direct.someoneWaits();
        cable.cut(how);
      });
      await locked.promise;
      const waiter = record.unitOfWork.run(({ accounts }) => accounts.lockById(user.id));
      expect(await rejectionOf(waiter)).toMatchObject(unavailable);
      await holder;
      while (record.idleConnections() > 0) await direct.query('SELECT');
      expect((await record.unitOfWork.run(({ accounts }) => accounts.lockById(user.id)))?.id).toBe(user.id);
    },
  );
});
