import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aUser } from '#domain/identity/testing';
import { inParallel } from '#domain/kernel/testing';
import { aDevice, aSession } from '#domain/session/testing';
import { rejectionOf } from '../../support/rejection-of.js';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

let record: PostgresRecord;

beforeAll(async () => {
  // One connection, so that every statement meets what the one before it left behind.
  record = await openPostgresRecord({ poolSize: 1 });
  await record.query('CREATE TABLE numbers (n integer PRIMARY KEY, padding text)');
});
afterAll(() => record.close());

let count = 0;
const named = (text: string) => ({ name: `test.${++count}`, text });
const connection = async () => {
  const { rows } = await record.database.query<{ pid: number }>(
    { text: 'SELECT pg_backend_pid() AS pid' },
    [],
  );
  return rows[0]?.pid;
};

describe('Statements that travel together', () => {
  it('hand each caller its own result: rows, none, no columns, a count', async () => {
    await record.database.transaction(async (transaction) => {
      const run = (text: string, ...values: unknown[]) => transaction.query(named(text), values);
      transaction.defer(named('DELETE FROM numbers'), []);
      const [rows, none, noColumns, inserted, last] = await Promise.all([
        run('SELECT n FROM generate_series(1, $1::int) n', 3),
        run('SELECT 1 AS one WHERE false'),
        run('SELECT FROM generate_series(1, 2)'),
        run('INSERT INTO numbers (n) SELECT generate_series(1, 4)'),
        run('SELECT $1::text AS text', 'last'),
      ]);
      expect(rows.rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
      expect([none.rows, none.rowCount]).toEqual([[], 0]);
      expect([noColumns.rows, noColumns.rowCount]).toEqual([[{}, {}], 2]);
      expect([inserted.rows, inserted.rowCount]).toEqual([[], 4]);
      expect(last.rows).toEqual([{ text: 'last' }]);
    });
  });

  it('may share a name, on first use and later', async () => {
    const echo = named('SELECT $1::text AS text');
    for (let round = 0; round < 3; round++) {
      const results = await record.database.transaction((transaction) =>
        Promise.all(['a', 'b', 'a'].map((text) => transaction.query<{ text: string }>(echo, [text]))),
      );
      expect(results.map(({ rows }) => rows[0]?.text)).toEqual(['a', 'b', 'a']);
    }
  });

  it('arrive in order and in full when there are thousands of them, of megabytes', async () => {
    const insert = named('INSERT INTO numbers VALUES ($1, $2)');
    const padding = 'ü'.repeat(2_000);
    await record.query('TRUNCATE numbers');
    const seen = await record.database.transaction(async (transaction) => {
      for (let n = 0; n < 2_000; n++) transaction.defer(insert, [n, padding]);
      const read = named('SELECT n, padding FROM numbers WHERE n = $1');
      return Promise.all(
        Array.from({ length: 2_000 }, (_, n) => transaction.query<{ n: number; padding: string }>(read, [n])),
      );
    });
    expect(seen.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 2_000 }, (_, n) => n));
    expect(seen.every(({ rows }) => rows[0]?.padding === padding)).toBe(true);
  });

  it('fail together, and leave nothing, when one of them fails', async () => {
    await record.query('TRUNCATE numbers');
    const outcomes = await record.database
      .transaction(async (transaction) => {
        const outcomes = await Promise.allSettled([
          transaction.query(named('INSERT INTO numbers (n) VALUES (1)'), []),
          transaction.query(named('SELECT 1 / $1::int'), [0]),
          transaction.query(named('INSERT INTO numbers (n) VALUES (2)'), []),
        ]);
        expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      })
      .catch((error: unknown) => error);
    // Swallowing the failure does not save the transaction.
    expect(outcomes).toMatchObject({ message: 'The database rolled the transaction back' });
    expect(await record.query('SELECT FROM numbers')).toEqual([]);
  });
});

describe('A connection after a failed batch', () => {
  const divide = () => named('SELECT 1 / $1::int AS quotient');

  it.each(['before', 'after'] as const)('prepares anew what came %s the failure', async (order) => {
    const pid = await connection();
    const [innocent, guilty] = [named('SELECT $1::text AS text'), divide()];
    const failing = record.database.transaction(async (transaction) => {
      const runInnocent = () => transaction.query(innocent, ['x']);
      const runGuilty = () => transaction.query(guilty, [0]);
      await Promise.all(order === 'before' ? [runInnocent(), runGuilty()] : [runGuilty(), runInnocent()]);
    });
    expect(await rejectionOf(failing)).toMatchObject({ code: '22012' });

    const [text, quotient] = await record.database.transaction((transaction) =>
      Promise.all([transaction.query(innocent, ['x']), transaction.query(guilty, [1])]),
    );
    expect([text.rows, quotient.rows]).toEqual([[{ text: 'x' }], [{ quotient: 1 }]]);
    expect(await connection()).toBe(pid);
  });

  it('knows what it had prepared before', async () => {
    const echo = named('SELECT $1::text AS text');
    await record.database.query(echo, ['first']);
    await rejectionOf(record.database.query(divide(), [0]));
    expect((await record.database.query(echo, ['second'])).rows).toEqual([{ text: 'second' }]);
  });

  it('survives a statement that does not parse, and one whose value is refused', async () => {
    const pid = await connection();
    const echo = named('SELECT $1::int AS n');
    expect(await rejectionOf(record.database.query(named('SELEKT'), []))).toMatchObject({ code: '42601' });
    expect(await rejectionOf(record.database.query(echo, ['x']))).toMatchObject({ code: '22P02' });
    expect(await rejectionOf(record.database.query(echo, ['\0']))).toMatchObject({ code: '22021' });
    expect((await record.database.query(echo, [5])).rows).toEqual([{ n: 5 }]);
    expect(await connection()).toBe(pid);
  });

  it('is not kept when its state is in doubt', async () => {
    const pid = await connection();
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await rejectionOf(record.database.query(named('SELECT $1::json'), [circular]));
    expect(await connection()).not.toBe(pid);
  });

  it('serves parallel transactions that take turns on it', async () => {
    const insert = named('INSERT INTO numbers (n) VALUES ($1)');
    await record.query('TRUNCATE numbers');
    const results = await inParallel(20, (i) =>
      record.database
        .transaction(async (transaction) => transaction.defer(insert, [i % 10]))
        .then(
          () => 'stored',
          () => 'refused',
        ),
    );
    expect(results.filter((result) => result === 'stored')).toHaveLength(10);
  });
});

describe('A newer version that adds a column while this one runs', () => {
  it('does not disturb statements that are prepared already', async () => {
    const user = aUser();
    const session = aSession({ userId: user.id });
    const identifier = user.identifiers[0]!.identifier;
    const readEverything = () =>
      record.unitOfWork.run(async ({ accounts, sessions, devices }) => [
        (await accounts.lockById(user.id))?.state,
        (await accounts.lockByIdentifier(identifier))?.state,
        await sessions.liveByIdentifier(identifier, session.state.createdAt),
        await devices.ofHolder(identifier),
      ]);
    const readMore = async () => [
      (await record.directory.findById(user.id))?.state,
      (await record.sessions.findWithRoles(user.id, session.id))?.session.state,
      (await record.sessions.listLive(user.id, session.state.createdAt)).map(({ state }) => state),
      await record.sessions.rotate(
        { userId: user.id, sessionId: session.id, generation: 7 },
        {
          now: session.state.createdAt,
          expiresAt: session.state.expiresAt,
          graceStart: session.state.createdAt,
          address: '203.0.113.7',
          userAgent: 'test',
        },
      ),
    ];
    await record.unitOfWork.run(async ({ accounts, sessions, devices }) => {
      accounts.insert(user);
      sessions.insert(session);
      devices.insert(aDevice({ userId: user.id }));
    });
    const before = [await readEverything(), await readMore()];
    const tables = ['users', 'user_identifiers', 'sessions', 'devices', 'otp_challenges', 'outbox_events'];
    for (const table of tables) {
      await record.query(`ALTER TABLE gatehouse.${table} ADD COLUMN added text`);
    }
    expect([await readEverything(), await readMore()]).toEqual(before);
  });
});
