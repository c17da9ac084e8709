import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { InMemoryAuditChain } from '#adapters/memory';
import { SealAuditBatches } from '#domain/audit';
import { anAuditEvent, TestSeals } from '#domain/audit/testing';
import { seconds } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import { createLogger, NestLogger } from '../../api/src/logging/index.js';
import { AuditSealing } from './audit-sealing.js';

describe('AuditSealing', () => {
  let chain: InMemoryAuditChain;
  let sealing: AuditSealing;
  let lines: Record<string, unknown>[];

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
    Logger.overrideLogger(new NestLogger(createLogger({ logLevel: 'info' }, { write })));
    chain = new InMemoryAuditChain();
    sealing = new AuditSealing(new SealAuditBatches(chain, new TestSeals(), new FixedClock()));
    sealing.onApplicationBootstrap();
  });
  afterEach(async () => {
    await sealing.onModuleDestroy();
    Logger.overrideLogger(true);
    jest.useRealTimers();
  });

  it('seals within seconds, and writes each checkpoint to the log in full', async () => {
    chain.insert(anAuditEvent());
    await jest.advanceTimersByTimeAsync(seconds(5));
    expect(chain.sealed).toHaveLength(1);
    expect(lines).toMatchObject([
      { msg: 'audit checkpoint', checkpoint: expect.stringMatching(/^1\.[\w-]{43}$/) },
    ]);
    await jest.advanceTimersByTimeAsync(seconds(60));
    expect(lines).toHaveLength(1);
  });

  it('says so each time when it cannot', async () => {
    chain.insert(anAuditEvent());
    chain.head = () => Promise.reject(new Error('The database is unavailable'));
    await jest.advanceTimersByTimeAsync(seconds(10));
    expect(lines).toMatchObject([{ level: 'error' }, { level: 'error' }]);
  });

  it('stops when it is told to', async () => {
    await sealing.onModuleDestroy();
    chain.insert(anAuditEvent());
    await jest.advanceTimersByTimeAsync(seconds(60));
    expect(chain.sealed).toEqual([]);
  });
});
