import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CleanUp, Migrator, PostgresAuditChain } from '#adapters/typeorm';
import {
  RetireAuditTrail,
  SealAuditBatches,
  VerifyAuditTrail,
  type Checkpoint,
  type Finding,
} from '#domain/audit';
import { anAuditEvent, describeAuditChainContract, TestSeals } from '#domain/audit/testing';
import { days } from '#domain/kernel';
import { at, FixedClock, inParallel, newId, outcomeOf } from '#domain/kernel/testing';
import { asSuperuser } from '../../support/postgres.js';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

const seals = new TestSeals();
const REFUSED = /append-only/;

let record: PostgresRecord;
let clock: FixedClock;

beforeAll(async () => {
  record = await openPostgresRecord();
});
afterAll(() => record.close());
beforeEach(async () => {
  await record.empty();
  clock = new FixedClock();
});

const append = (rows: number, occurredAt = at(0)) =>
  record.unitOfWork.run(async ({ audit }) => {
    for (let i = 0; i < rows; i++) audit.append(anAuditEvent({ occurredAt }));
  });
const newChain = (from = record) => new PostgresAuditChain(from.database);
const worker = (from = record) => new SealAuditBatches(newChain(from), seals, clock);
const verify = async (known: Checkpoint | null = null, from = record) => {
  const findings: Finding[] = [];
  const verification = new VerifyAuditTrail(newChain(from), seals);
  return { ...(await verification.execute((finding) => findings.push(finding), known)), findings };
};
/** Until nothing is left unsealed: other specs share the server, and their transactions hold the horizon back. */
const seal = async (from = record): Promise<Checkpoint> => {
  const running = worker(from);
  for (;;) {
    await running.execute();
    const { unsealed, checkpoint } = await verify(null, from);
    if (unsealed === 0 && checkpoint) return checkpoint;
  }
};
/** What the database refuses even its owner, but cannot refuse a superuser. */
const tamper = (...statements: string[]) =>
  asSuperuser(async (client) => {
    await client.query('SET session_replication_role = replica');
    for (const text of statements) await client.query(text);
  }, record.url);
const rows = () =>
  record.query<{ id: string; position: number }>(
    'SELECT id, position::float8 FROM gatehouse.audit_events ORDER BY audit_events.position',
  );

describeAuditChainContract('on PostgreSQL', async () => {
  await record.empty();
  return {
    chain: newChain(),
    append: (event) => record.unitOfWork.run(async ({ audit }) => audit.append(event)),
  };
});

describe('The audit trail in PostgreSQL', () => {
  it.each([
    `UPDATE gatehouse.audit_events SET result = 'success'`,
    `UPDATE gatehouse.audit_events_2026_01 SET result = 'success'`,
    `UPDATE gatehouse.audit_events SET occurred_at = '2026-02-01'`,
    `DELETE FROM gatehouse.audit_events`,
    `DELETE FROM gatehouse.audit_events_2026_01`,
    `TRUNCATE gatehouse.audit_events`,
    `TRUNCATE gatehouse.audit_events_2026_01`,
    `TRUNCATE gatehouse.audit_events_default`,
    `TRUNCATE gatehouse.users, gatehouse.audit_events CASCADE`,
    `MERGE INTO gatehouse.audit_events e USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE`,
    `UPDATE gatehouse.audit_batches SET seal = ''`,
    `DELETE FROM gatehouse.audit_batches`,
    `TRUNCATE gatehouse.audit_batches`,
  ])('refuses its owner: %s', async (text) => {
    await append(1);
    await seal();
    await expect(record.query(text)).rejects.toThrow(REFUSED);
    expect(await verify()).toMatchObject({ rows: 1, findings: [] });
  });

  it('refuses the same of a month that was made later, and by an older version', async () => {
    const later = new Date('2027-05-15T00:00:00Z');
    await record.query(`CREATE TABLE gatehouse.audit_events_2027_06 PARTITION OF gatehouse.audit_events
      FOR VALUES FROM ('2027-06-01Z') TO ('2027-07-01Z')`);
    await new CleanUp(record.database).run(later);
    await append(1, later);
    for (const month of ['2027_05', '2027_06']) {
      await expect(record.query(`TRUNCATE gatehouse.audit_events_${month}`)).rejects.toThrow(REFUSED);
    }
    await expect(record.query(`DELETE FROM gatehouse.audit_events_2027_05`)).rejects.toThrow(REFUSED);
  });
});

describe('The migration to an append-only trail', () => {
  it('gives the rows that there are their positions, and can be taken back', async () => {
    const earlier = await openPostgresRecord();
    try {
      const migrator = new Migrator(earlier.dataSource);
      const isApplied = async () =>
        (await migrator.status()).some(({ name, applied }) => applied && name.startsWith('AuditChain'));
      const insert = (): Promise<unknown> =>
        earlier.query(
          `INSERT INTO gatehouse.audit_events (id, occurred_at, action, result, address, user_agent, request_id)
           SELECT gen_random_uuid(), $1::timestamptz + i * interval '20 days', 'old', 'success', '::1', '', ''
           FROM generate_series(0, 5) i`,
          [at(0)],
        );
      while (await isApplied()) await migrator.down();
      await insert();
      await earlier.query(`UPDATE gatehouse.audit_events SET reason = 'not protected yet'`);
      await migrator.up(at(0));
      await insert();
      await seal(earlier);
      expect(await verify(null, earlier)).toMatchObject({ rows: 12, unsealed: 0, findings: [] });
      await expect(earlier.query(`DELETE FROM gatehouse.audit_events`)).rejects.toThrow(REFUSED);
    } finally {
      await earlier.close();
    }
  });
});

const INSERT_SLOWLY = `
  INSERT INTO gatehouse.audit_events (id, occurred_at, action, result, address, user_agent, request_id)
  VALUES ($1, $2, 'slow', 'success', '::1', '', '')`;

describe('Sealing on PostgreSQL', () => {
  it('waits for a transaction that was given its position before the others and commits after them', async () => {
    await append(1);
    const before = await seal();
    const sealing = worker();
    await asSuperuser(async (slow) => {
      await slow.query('BEGIN');
      await slow.query(INSERT_SLOWLY, [newId(), at(0)]);
      await append(3);
      for (let i = 0; i < 5; i++) expect(await sealing.execute()).toBeNull();
      await slow.query('COMMIT');
    }, record.url);
    expect((await seal()).number).toBe(before.number + 1);
    expect(await verify()).toMatchObject({ rows: 5, unsealed: 0, findings: [] });
  });

  it('waits for a row that was given its position and is not even inserted yet', async () => {
    await append(1);
    const before = await seal();
    const sealing = worker();
    await record.query(`CREATE FUNCTION gatehouse.dawdle() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$`);
    await record.query(`CREATE TRIGGER dawdle BEFORE INSERT ON gatehouse.audit_events FOR EACH ROW
      WHEN (NEW.action = 'slow') EXECUTE FUNCTION gatehouse.dawdle()`);
    try {
      let inserting: Promise<unknown> = Promise.resolve();
      await asSuperuser(async (holder) => {
        await holder.query('SELECT pg_advisory_lock(4711)');
        inserting = record.query(INSERT_SLOWLY, [newId(), at(0)]);
        await record.someoneWaits();
        await append(3);
        for (let i = 0; i < 5; i++) expect(await sealing.execute()).toBeNull();
      }, record.url);
      await inserting;
    } finally {
      await record.query('DROP FUNCTION gatehouse.dawdle CASCADE');
    }
    expect((await seal()).number).toBe(before.number + 1);
    expect(await verify()).toMatchObject({ rows: 5, unsealed: 0, findings: [] });
  });

  it('takes the positions of a rolled back transaction for nothing', async () => {
    await append(1);
    const failing = record.unitOfWork.run(async ({ audit }) => {
      audit.append(anAuditEvent());
      await Promise.resolve();
      throw new Error('rolled back');
    });
    expect(await outcomeOf(failing)).toBe('rolled back');
    await record.query(`SELECT nextval('gatehouse.audit_positions')`);
    await append(1);
    await seal();
    expect(await verify()).toMatchObject({ rows: 2, unsealed: 0, findings: [] });
  });

  it('loses no row and seals none twice while many write and several seal', async () => {
    const workers = Array.from({ length: 4 }, () => worker());
    let writing = true;
    const sealing = workers.map(async (one) => {
      while (writing) await one.execute();
    });
    await inParallel(12, async (writer) => {
      for (let i = 0; i < 15; i++) {
        const work = record.database.transaction(async (transaction) => {
          await transaction.query({ text: INSERT_SLOWLY }, [newId(), at(0)]);
          for (let pause = (i * writer) % 4; pause > 0; pause--)
            await transaction.query({ text: 'SELECT' }, []);
          if ((i + writer) % 5 === 0) throw new Error('rolled back');
        });
        await work.catch(() => undefined);
      }
    });
    writing = false;
    await Promise.all(sealing);
    await seal();
    expect(await verify()).toMatchObject({ rows: 144, unsealed: 0, findings: [] });
  });

  it('goes on after a dump was restored into another database', async () => {
    await append(3);
    const known = await seal();
    await append(2);
    const restored = await openPostgresRecord();
    try {
      for (const table of ['audit_events', 'audit_batches']) {
        const dumped = await record.query<{ row: object }>(
          `SELECT to_json(t) AS row FROM gatehouse.${table} t`,
        );
        await restored.query(
          `INSERT INTO gatehouse.${table} SELECT * FROM json_populate_recordset(NULL::gatehouse.${table}, $1)`,
          [JSON.stringify(dumped.map(({ row }) => row))],
        );
      }
      await restored.query(`SELECT setval('gatehouse.audit_positions', $1)`, [
        (await rows()).at(-1)!.position,
      ]);
      await restored.unitOfWork.run(async ({ audit }) => audit.append(anAuditEvent()));
      await seal(restored);
      expect(await verify(known, restored)).toMatchObject({ rows: 6, unsealed: 0, findings: [] });
    } finally {
      await restored.close();
    }
  });
});

describe('Verification on PostgreSQL', () => {
  let checkpoint: Checkpoint;
  let stored: Awaited<ReturnType<typeof rows>>;

  /** Three batches of two rows. */
  beforeEach(async () => {
    for (let i = 0; i < 3; i++) {
      await append(2);
      checkpoint = await seal();
    }
    stored = await rows();
  });
  const found = async (known?: Checkpoint) => (await verify(known)).findings;
  const where = (index: number) => `WHERE id = '${stored[index]!.id}'`;
  const third = () => ({ batch: 2, position: stored[2]!.position, id: stored[2]!.id });

  it('proves an untouched trail', async () => {
    expect(await verify(checkpoint)).toMatchObject({
      batches: 3,
      rows: 6,
      unsealed: 0,
      findings: [],
      checkpoint,
    });
  });

  it.each([
    ['id', `'0190b5c8-0000-7000-8000-ffffffffffff'`],
    ['occurred_at', `occurred_at + interval '1 microsecond'`],
    ['occurred_at', `'infinity'`],
    ['action', `'user.deleted'`],
    ['result', `'failure'`],
    ['actor_id', `'0190b5c8-0000-7000-8000-ffffffffffff'`],
    ['user_id', `'0190b5c8-0000-7000-8000-ffffffffffff'`],
    ['session_id', `'0190b5c8-0000-7000-8000-ffffffffffff'`],
    ['address', `'203.0.113.7/24'`],
    ['user_agent', `user_agent || ' '`],
    ['request_id', `''`],
    ['reason', `''`],
    ['metadata', `'{"n": 1.0}'`],
    ['position', `position + 1`],
  ])('sees that somebody changed %s to %s', async (column, value) => {
    await tamper(`UPDATE gatehouse.audit_events SET ${column} = ${value} ${where(2)}`);
    const findings = await found();
    if (column === 'id') expect(findings.map(({ kind }) => kind)).toEqual(['row-inserted', 'row-removed']);
    else expect(findings).toMatchObject([{ ...third(), position: expect.any(Number), kind: 'row-altered' }]);
  });

  it('sees that somebody removed a row', async () => {
    await tamper(`DELETE FROM gatehouse.audit_events ${where(2)}`);
    expect(await found()).toEqual([{ kind: 'row-removed', ...third() }]);
  });

  it('sees that somebody let two rows change places', async () => {
    await tamper(
      `UPDATE gatehouse.audit_events SET position = -1 ${where(2)}`,
      `UPDATE gatehouse.audit_events SET position = position - 1 ${where(3)}`,
      `UPDATE gatehouse.audit_events SET position = ${stored[3]!.position} ${where(2)}`,
    );
    expect((await found()).map(({ kind }) => kind)).toEqual(['row-altered', 'row-altered']);
  });

  it('sees that somebody put a row in at an old position', async () => {
    const id = newId();
    const position = stored[2]!.position;
    await record.query(
      `INSERT INTO gatehouse.audit_events
         (id, occurred_at, action, result, address, user_agent, request_id, position)
       VALUES ($1, $2, 'forged', 'success', '::1', '', '', $3)`,
      [id, at(0), position],
    );
    expect(await found()).toEqual([{ kind: 'row-inserted', batch: 2, position, id }]);
  });

  it('sees that somebody dropped a month', async () => {
    await record.query(`DROP TABLE gatehouse.audit_events_2026_01`);
    expect((await found()).map(({ kind }) => kind)).toEqual(Array<string>(6).fill('row-removed'));
    await new CleanUp(record.database).run(at(0));
  });

  it('sees that somebody removed or changed a batch', async () => {
    await tamper(
      `UPDATE gatehouse.audit_batches SET seal = replace(seal, '"rows":2', '"rows":1') WHERE number = 2`,
    );
    expect(await found()).toEqual([{ kind: 'seal-altered', batch: 2 }]);
    await tamper(`DELETE FROM gatehouse.audit_batches WHERE number = 2`);
    expect(await found()).toEqual([{ kind: 'batches-removed', batch: 2, through: 2 }]);
  });

  it('sees that somebody sealed altered rows anew with another key', async () => {
    await tamper(`UPDATE gatehouse.audit_events SET action = 'user.deleted' ${where(4)}`);
    await tamper(`DELETE FROM gatehouse.audit_batches WHERE number = 3`);
    const forging = new SealAuditBatches(newChain(), { ...forger(), verify: () => true }, clock);
    while ((await verify()).batches < 3) await forging.execute();
    expect(await found()).toEqual([{ kind: 'seal-altered', batch: 3 }]);
  });
  const forger = () => {
    const other = new TestSeals('another secret');
    return { digest: (text: string) => other.digest(text), sign: (text: string) => other.sign(text) };
  };

  it('sees only against a checkpoint kept elsewhere that somebody cut off the end', async () => {
    await tamper(
      `DELETE FROM gatehouse.audit_batches WHERE number = 3`,
      `DELETE FROM gatehouse.audit_events WHERE position > ${stored[3]!.position}`,
    );
    expect(await found()).toEqual([]);
    expect(await found(checkpoint)).toEqual([{ kind: 'checkpoint-contradicted', batch: 3 }]);
  });
});

describe('Retention on PostgreSQL', () => {
  it('drops the months that are too old, for good, and what they held is not missed', async () => {
    await append(2, new Date('2026-01-20T00:00:00Z'));
    await append(1, new Date('2026-02-20T00:00:00Z'));
    await seal();
    clock.advance(days(100));
    await append(1, clock.now());
    await seal();
    const retire = new RetireAuditTrail(newChain(), worker(), clock, { keepFor: days(60) });
    expect(await retire.execute()).toEqual(['audit_events_2026_01']);
    expect(await retire.execute()).toEqual([]);
    expect(await verify()).toMatchObject({
      rows: 2,
      findings: [],
      retiredBefore: '2026-02-01T00:00:00.000Z',
    });
    await expect(newChain().drop('users')).rejects.toThrow('no month');
  });
});
