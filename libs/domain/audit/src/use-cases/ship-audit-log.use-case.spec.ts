import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAuditCursors,
  InMemoryAuditFeed,
  InMemoryDatabase,
  InMemoryDeadLetters,
  InMemoryUnitOfWork,
} from '#adapters/memory';
import { days, seconds } from '#domain/kernel';
import { at, FixedClock, outcomeOf } from '#domain/kernel/testing';
import { anAuditEvent, aTrailRow, TestAuthLogs } from '../../testing/index.js';
import type { AuditAction } from '../model/audit-event.js';
import type { AuthLogIndex, Setback } from '../ports/auth-log-index.port.js';
import { RetryDeadLetters } from './retry-dead-letters.use-case.js';
import { AUTH_LOG_CURSOR, ShipAuditLog } from './ship-audit-log.use-case.js';

const MISFIT: AuditAction = 'access.denied';
const BUSY: Setback = { kind: 'overloaded', reason: '429', retryAfter: null };
const { signal } = new AbortController();

let database: InMemoryDatabase;
let index: TestAuthLogs;
let clock: FixedClock;

beforeEach(() => {
  database = new InMemoryDatabase();
  index = new TestAuthLogs();
  index.misfits = MISFIT;
  clock = new FixedClock();
});

const append = (actions: number | AuditAction[], occurredAt = at(0)) =>
  new InMemoryUnitOfWork(database).run(({ audit }) => {
    const all = typeof actions === 'number' ? Array<AuditAction>(actions).fill('session.opened') : actions;
    for (const action of all) audit.append(anAuditEvent({ action, occurredAt }));
    return Promise.resolve();
  });
const worker = (holder = 'one', keepFor: number | null = days(90)) =>
  new ShipAuditLog(
    new InMemoryAuditFeed(database),
    new InMemoryAuditCursors(database),
    new InMemoryUnitOfWork(database),
    index,
    clock,
    { keepFor },
    holder,
  );
const position = () => new InMemoryAuditCursors(database).position(AUTH_LOG_CURSOR);
const letters = () => new InMemoryDeadLetters(database);

describe('ShipAuditLog', () => {
  it('ships what is there, says when there is more, and then has nothing to do', async () => {
    await append(5);
    const shipping = worker();
    expect(await shipping.execute(3, signal)).toEqual({ shipped: 3, rejected: 0, setback: null, more: true });
    expect(await shipping.execute(3, signal)).toMatchObject({ shipped: 2, more: false });
    expect(await shipping.execute(3, signal)).toBeNull();
    expect(index.stored.size).toBe(5);
  });

  it('passes by no row that the index did not settle', async () => {
    await append(5);
    index.script.push({ settled: 2, setback: BUSY }, { settled: 0, setback: BUSY });
    const shipping = worker();
    expect(await shipping.execute(10, signal)).toEqual({
      shipped: 2,
      rejected: 0,
      setback: BUSY,
      more: true,
    });
    expect(await position()).toBe(2);
    expect(await shipping.execute(10, signal)).toMatchObject({ shipped: 0, setback: BUSY });
    expect(await position()).toBe(2);
    expect(await shipping.execute(10, signal)).toMatchObject({ shipped: 3, setback: null });
  });

  it('goes on at once after a request that did not hold all', async () => {
    await append(5);
    index.script.push({ settled: 4 });
    expect(await worker().execute(10, signal)).toMatchObject({ shipped: 4, setback: null, more: true });
  });

  it('sets aside what was rejected in the step that passes it by', async () => {
    await append(['session.opened', MISFIT, 'session.opened', MISFIT]);
    index.script.push({ settled: 3, setback: BUSY });
    expect(await worker().execute(10, signal)).toMatchObject({ shipped: 2, rejected: 1 });
    expect(await letters().list(0, 10)).toMatchObject([{ position: 2, type: 'misfit', rejectedAt: at(0) }]);
  });

  it('counts and sets aside nothing when another worker was faster', async () => {
    await append(['session.opened', MISFIT]);
    const write = index.write.bind(index);
    index.write = async (rows, abort) => {
      index.write = write;
      clock.advance(seconds(60));
      await worker('another').execute(10, abort);
      await letters().remove(rows.map(({ id }) => id));
      return write(rows, abort);
    };
    expect(await worker().execute(10, signal)).toMatchObject({ shipped: 0, rejected: 0 });
    expect([await letters().count(), index.stored.size]).toEqual([0, 1]);
  });

  it.each([
    [days(90), 2],
    [null, 3],
  ])('keeping them for %p, passes over what would be deleted at once', async (keepFor, shipped) => {
    await append(1, at(-days(91) - 1));
    await append(1, at(-days(91)));
    await append(1);
    expect(await worker('one', keepFor).execute(10, signal)).toMatchObject({ shipped, more: false });
    expect(await position()).toBe(3);
  });

  it('is done by one worker at a time, and by the next when that one is gone', async () => {
    await append(3);
    const [one, two] = [worker('one'), worker('two')];
    await one.execute(1, signal);
    expect(await two.execute(1, signal)).toBeNull();
    clock.advance(seconds(45));
    await one.execute(1, signal);
    clock.advance(seconds(59));
    expect(await two.execute(1, signal)).toBeNull();
    clock.advance(seconds(1));
    expect(await two.execute(1, signal)).toMatchObject({ shipped: 1 });
  });

  it('is handed over by a worker that stops, unless it has no lease', async () => {
    await append(3);
    const [one, two] = [worker('one'), worker('two')];
    await one.execute(1, signal);
    await two.release();
    expect(await two.execute(1, signal)).toBeNull();
    await one.release();
    expect(await two.execute(1, signal)).toMatchObject({ shipped: 1 });
  });
});

describe('RetryDeadLetters', () => {
  const rows = [1, 2, 3].map((number) => aTrailRow({ position: number, action: MISFIT }));
  const trail = {
    rows: (after: number, upTo: number) =>
      Promise.resolve(rows.slice(0, 2).filter(({ position }) => position > after && position <= upTo)),
  };
  const retry = (into: AuthLogIndex = index) =>
    new RetryDeadLetters(letters(), trail, into, clock).execute(signal);

  beforeEach(() =>
    new InMemoryUnitOfWork(database).run(({ deadLetters }) => {
      const rejected = { type: 'old', reason: 'old', rejectedAt: at(-1) };
      deadLetters.add(rows.map(({ id, position }) => ({ id, position, ...rejected })));
      return Promise.resolve();
    }),
  );

  it('ships what fits now, and keeps what is gone from the trail on the list', async () => {
    index.misfits = '';
    expect(await retry()).toEqual({ shipped: 2, rejected: 0, gone: 1 });
    expect(await letters().list(0, 10)).toMatchObject([{ id: rows[2]!.id }]);
  });

  it('notes the newest reason of what still does not fit', async () => {
    expect(await retry()).toEqual({ shipped: 0, rejected: 2, gone: 1 });
    expect((await letters().list(0, 10)).map(({ type }) => type)).toEqual(['misfit', 'misfit', 'old']);
  });

  it('stops with the reason when the index is not up to it, and has removed what it shipped', async () => {
    index.misfits = '';
    index.script.push({ settled: 1, setback: BUSY });
    expect(await outcomeOf(retry())).toBe('429');
    expect(await letters().count()).toBe(2);
  });
});
