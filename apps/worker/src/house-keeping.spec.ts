import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { CleanUp } from '#adapters/typeorm';
import type { ForgetImports } from '#domain/administration';
import type { RetireAuditTrail } from '#domain/audit';
import type { EraseExpiredRegistrations } from '#domain/credentials';
import type { EraseDeletedAccounts } from '#domain/identity';
import { at, FixedClock } from '#domain/kernel/testing';
import type { ForgetUnusedDevices } from '#domain/session';
import { createLogger, NestLogger } from '../../api/src/logging/index.js';
import { HouseKeeping } from './house-keeping.js';

describe('HouseKeeping', () => {
  let lines: string[];
  let cleaned: Date[];
  let cleanUp: () => Promise<void>;
  let erase: () => Promise<number>;
  let houseKeeping: HouseKeeping;

  const counting = <T>(execute: () => Promise<number>) => ({ execute }) as T;
  const failing = (message: string) => (): Promise<never> => Promise.reject(new Error(message));

  beforeEach(() => {
    lines = [];
    cleaned = [];
    const write = (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg);
    Logger.overrideLogger(new NestLogger(createLogger({ logLevel: 'info' }, { write })));
    cleanUp = () => Promise.resolve();
    erase = () => Promise.resolve(2);
    const run = (now: Date): Promise<void> => {
      cleaned.push(now);
      return cleanUp();
    };
    houseKeeping = new HouseKeeping(
      { run } as Partial<CleanUp> as CleanUp,
      counting<EraseDeletedAccounts>(() => erase()),
      {
        execute: () => Promise.resolve(['audit_events_2025_01']),
      } as Partial<RetireAuditTrail> as RetireAuditTrail,
      counting<EraseExpiredRegistrations>(() => Promise.resolve(0)),
      counting<ForgetUnusedDevices>(() => Promise.resolve(3)),
      counting<ForgetImports>(() => Promise.resolve(1)),
      new FixedClock(at(0)),
    );
  });
  afterEach(() => void Logger.overrideLogger(true));

  it('says what it did, and nothing of what there was not to do', async () => {
    await houseKeeping.run();
    expect(cleaned).toEqual([at(0)]);
    expect(lines).toEqual([
      'Erased 2 deleted accounts',
      'Forgot 3 devices that nobody uses',
      'Forgot 1 imports',
      'Dropped audit_events_2025_01',
    ]);
  });

  it('goes on with the other steps when one fails, and fails in the end', async () => {
    cleanUp = failing('permission denied for schema gatehouse');
    await expect(houseKeeping.run()).rejects.toThrow('permission denied for schema gatehouse');
    expect(lines).toContain('Erased 2 deleted accounts');
    expect(lines).toContain('Dropped audit_events_2025_01');
  });

  it('begins no other step once it is told to stop', async () => {
    const cleaning = Promise.withResolvers<void>();
    cleanUp = () => cleaning.promise;
    houseKeeping.onApplicationBootstrap();
    const stopped = houseKeeping.onModuleDestroy();
    cleaning.resolve();
    await stopped;
    expect(cleaned).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  it('gives a reason that several steps failed for once', async () => {
    cleanUp = erase = failing('The database is unavailable');
    await expect(houseKeeping.run()).rejects.toThrow(/^Error: The database is unavailable$/);
    expect(lines).toContain('Forgot 3 devices that nobody uses');
  });
});
