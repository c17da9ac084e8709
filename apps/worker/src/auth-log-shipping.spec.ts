import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  InMemoryAuditCursors,
  InMemoryAuditFeed,
  InMemoryDatabase,
  InMemoryUnitOfWork,
} from '#adapters/memory';
import { AUTH_LOG_CURSOR, ShipAuditLog, type ShippingReport, type WriteOutcome } from '#domain/audit';
import { anAuditEvent, TestAuthLogs } from '#domain/audit/testing';
import { seconds } from '#domain/kernel';
import { at, FixedClock } from '#domain/kernel/testing';
import { createLogger, NestLogger } from '../../api/src/logging/index.js';
import { AuthLogShipping } from './auth-log-shipping.js';

const AWAY: WriteOutcome = {
  settled: 0,
  rejections: [],
  setback: { kind: 'unreachable', reason: 'connect ECONNREFUSED', retryAfter: null },
};

describe('AuthLogShipping', () => {
  let database: InMemoryDatabase;
  let index: TestAuthLogs;
  let shipping: AuthLogShipping;
  let reports: ShippingReport[];
  let lines: { level: string; msg: string }[];

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    reports = [];
    const write = (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]);
    Logger.overrideLogger(new NestLogger(createLogger({ logLevel: 'info' }, { write })));
    database = new InMemoryDatabase();
    index = new TestAuthLogs();
    const useCase = new ShipAuditLog(
      new InMemoryAuditFeed(database),
      new InMemoryAuditCursors(database),
      new InMemoryUnitOfWork(database),
      index,
      new FixedClock(),
      { keepFor: null },
      'one',
    );
    shipping = new AuthLogShipping(useCase, index, (report) => reports.push(report));
    shipping.onApplicationBootstrap();
  });
  afterEach(async () => {
    await shipping.onModuleDestroy();
    Logger.overrideLogger(true);
    jest.useRealTimers();
  });
  const append = (events = 1) =>
    new InMemoryUnitOfWork(database).run(({ audit }) => {
      for (let i = 0; i < events; i++) audit.append(anAuditEvent());
      return Promise.resolve();
    });

  it('ships within a second or two, a backlog without a pause', async () => {
    await append(5_000);
    await jest.advanceTimersByTimeAsync(seconds(1));
    expect(index.offered).toEqual([2_000, 2_000, 1_000]);
    await append();
    await jest.advanceTimersByTimeAsync(seconds(2));
    expect(index.stored.size).toBe(5_001);
    expect(reports.map(({ shipped }) => shipped)).toEqual([2_000, 2_000, 1_000, 1]);
    expect(lines).toEqual([]);
  });

  it('leaves an index that is away alone for longer and longer, and says so once', async () => {
    await append();
    index.script.push(...Array<WriteOutcome>(100).fill(AWAY));
    await jest.advanceTimersByTimeAsync(seconds(60));
    expect(index.offered.length).toBeGreaterThan(4);
    expect(index.offered.length).toBeLessThan(10);
    index.script.length = 0;
    await jest.advanceTimersByTimeAsync(seconds(30));
    expect(index.stored.size).toBe(1);
    expect(lines.map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      'warn The audit trail is not shipped: connect ECONNREFUSED',
      'info The audit trail is being shipped again',
    ]);
  });

  it('offers less to an index that has too much to do', async () => {
    await append(10_000);
    index.script.push({ ...AWAY, setback: { kind: 'overloaded', reason: '429', retryAfter: seconds(5) } });
    await jest.advanceTimersByTimeAsync(seconds(4));
    expect(index.offered).toEqual([2_000]);
    await jest.advanceTimersByTimeAsync(seconds(4));
    expect(index.offered.slice(0, 4)).toEqual([2_000, 1_000, 1_100, 1_210]);
  });

  it('goes on after the database was away', async () => {
    const transaction = database.transaction.bind(database);
    await append();
    database.transaction = () => Promise.reject(new Error('The database is unavailable'));
    await jest.advanceTimersByTimeAsync(seconds(3));
    database.transaction = transaction;
    await jest.advanceTimersByTimeAsync(seconds(10));
    expect(index.stored.size).toBe(1);
    expect(lines.map(({ msg }) => msg)[0]).toMatch(/not shipped: .*unavailable/);
  });

  it('stops when it is told to: at once, or a little later when a write is stuck', async () => {
    await append();
    const stuck: AbortSignal[] = [];
    index.write = (_rows, signal) =>
      new Promise((resolve) => {
        stuck.push(signal);
        signal.addEventListener('abort', () => resolve(AWAY));
      });
    await jest.advanceTimersByTimeAsync(seconds(2));
    expect(stuck).toHaveLength(1);
    const stopped = shipping.onModuleDestroy();
    await jest.advanceTimersByTimeAsync(seconds(1));
    expect(stuck[0]!.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(seconds(3));
    await stopped;
    expect(index.closed).toBe(true);
    await jest.advanceTimersByTimeAsync(seconds(120));
    expect(stuck).toHaveLength(1);
    const cursors = new InMemoryAuditCursors(database);
    expect(await cursors.lease(AUTH_LOG_CURSOR, 'another', at(0), at(1))).toBe(true);
  });
});
