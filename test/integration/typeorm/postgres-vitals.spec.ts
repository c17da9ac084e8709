import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresAuditCursors, PostgresUnitOfWork, PostgresVitals } from '#adapters/typeorm';
import type { AuditEvent } from '#domain/audit';
import { anAuditEvent } from '#domain/audit/testing';
import { minutes, seconds } from '#domain/kernel';
import { anEvent, at, FixedClock, newId } from '#domain/kernel/testing';
import { aSession } from '#domain/session/testing';
import { openPostgresRecord, reversingCipher, type PostgresRecord } from './postgres-record.js';

let record: PostgresRecord;
let vitals: PostgresVitals;

beforeAll(async () => {
  record = await openPostgresRecord();
  vitals = new PostgresVitals(record.database, new FixedClock(at(0)));
});
afterAll(() => record.close());
beforeEach(() => record.empty());

describe('PostgresVitals', () => {
  it('tells due events from those that wait and those set aside, and how late the latest is', async () => {
    expect(await vitals.outbox()).toEqual({ due: 0, waiting: 0, setAside: 0, oldestDueSeconds: 0 });
    await record.unitOfWork.run(async ({ outbox }) => {
      for (const due of [-seconds(90), -seconds(5), 0, minutes(1), minutes(2)]) {
        outbox.append(anEvent({ occurredAt: at(due) }));
      }
      outbox.append(anEvent({ occurredAt: at(-minutes(99)) }));
    });
    await record.query('UPDATE gatehouse.outbox_events SET due_at = NULL WHERE due_at = $1', [
      at(-minutes(99)),
    ]);
    expect(await vitals.outbox()).toEqual({ due: 3, waiting: 2, setAside: 1, oldestDueSeconds: 90 });
  });

  it('tells how far a follower of the audit trail is behind it', async () => {
    const cursors = new PostgresAuditCursors(record.database);
    const read = () => vitals.authLogs('a follower');
    const append = (occurredAt: Date) =>
      record.unitOfWork.run(async ({ audit }) => audit.append(anAuditEvent({ occurredAt })));
    const position = async () =>
      (
        await record.query<{ last: number }>(
          'SELECT last_value::float8 AS last FROM gatehouse.audit_positions',
        )
      )[0]!.last;

    await append(at(-minutes(99)));
    const before = await position();
    await cursors.advance('a follower', 0, before);
    expect(await read()).toEqual({ lagEvents: 0, lagSeconds: 0, deadLetters: 0 });
    for (const age of [seconds(90), seconds(5)]) await append(at(-age));
    await record.unitOfWork.run(async ({ deadLetters }) => {
      const rejected = { type: 'misfit', reason: 'does not fit', rejectedAt: at(0) };
      deadLetters.add([1, 2, 3].map((number) => ({ id: newId(), position: number, ...rejected })));
    });
    expect(await read()).toEqual({ lagEvents: 2, lagSeconds: 90, deadLetters: 3 });
    await cursors.advance('a follower', before, before + 1);
    expect(await read()).toMatchObject({ lagEvents: 1, lagSeconds: 5 });
  });

  it('counts the sessions that are live', async () => {
    const [live, alsoLive, ended, expired] = [
      aSession(),
      aSession(),
      aSession(),
      aSession({ expiresAt: at(0), absoluteExpiresAt: at(0) }),
    ];
    await record.unitOfWork.run(async ({ sessions }) => {
      for (const session of [live, alsoLive, ended, expired]) sessions.insert(session);
    });
    await record.unitOfWork.run(({ sessions }) =>
      sessions.revoke(ended.userId, [ended.id], 'signed-out', at(-1)),
    );
    expect(await vitals.activeSessions()).toBe(2);
  });

  it('reads a sample of a table that is large, and reckons', async () => {
    await record.query(
      `INSERT INTO gatehouse.sessions (user_id, id, generation, authentication_methods, address,
        user_agent, created_at, last_active_at, expires_at, absolute_expires_at)
      SELECT gen_random_uuid(), gen_random_uuid(), 0, '{otp}', '192.0.2.1', '', $1, $1, $2, $2
      FROM generate_series(1, 20000)`,
      [at(0), at(1)],
    );
    await record.query('ANALYZE gatehouse.sessions');
    const active = await new PostgresVitals(record.database, new FixedClock(at(0)), 1_000).activeSessions();
    expect(active).toBeGreaterThan(5_000);
    expect(active).toBeLessThan(60_000);
    expect(active % 20).toBe(0);
  });

  it('knows how late a backlog is, however long, without counting it', async () => {
    await record.query(
      `INSERT INTO gatehouse.outbox_events (id, type, occurred_at, due_at, sealed, attempts, priority)
      SELECT gen_random_uuid(), '', $1, $1, repeat('x', 600), 0, 1 FROM generate_series(1, 20000)`,
      [at(-seconds(5))],
    );
    await record.query(
      `UPDATE gatehouse.outbox_events SET due_at = $1
      WHERE id = (SELECT id FROM gatehouse.outbox_events LIMIT 1)`,
      [at(-minutes(2))],
    );
    await record.unitOfWork.run(async ({ deadLetters }) => {
      const rejected = { type: 'misfit', reason: '', rejectedAt: at(0) };
      deadLetters.add([1, 2, 3].map((position) => ({ id: newId(), position, ...rejected })));
    });
    await record.query('ANALYZE gatehouse.outbox_events');
    const looking = (rows: number) => new PostgresVitals(record.database, new FixedClock(at(0)), rows);
    const { due, oldestDueSeconds } = await looking(1_000).outbox();
    expect(oldestDueSeconds).toBe(120);
    expect(due).toBeGreaterThan(5_000);
    expect(due).toBeLessThan(60_000);
    expect(due % 20).toBe(0);
    expect(await looking(2).authLogs('a follower')).toMatchObject({ deadLetters: 2 });
  });

  it('knows the pool', async () => {
    await Promise.all([vitals.outbox(), vitals.outbox()]);
    expect(vitals.pool).toMatchObject({ inUse: 0, waiting: 0 });
    expect(vitals.pool.idle).toBeGreaterThanOrEqual(2);
    const working = record.unitOfWork.run(async () => vitals.pool.inUse);
    expect(await working).toBe(1);
  });
});

describe('Whoever counts audit events', () => {
  it('hears of those that were committed, and of no others', async () => {
    const heard: AuditEvent[] = [];
    const unitOfWork = new PostgresUnitOfWork(record.database, reversingCipher, record.relay, (events) =>
      heard.push(...events),
    );
    const event = anAuditEvent();
    await unitOfWork.run(async ({ audit }) => {
      audit.append(event);
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual([event]);
    const failing = unitOfWork.run(async ({ audit }) => {
      audit.append(anAuditEvent());
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(heard).toEqual([event]);
  });
});
