import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { RaiseAlerts, RaiseResult } from '#domain/alerting';
import { seconds } from '#domain/kernel';
import { createLogger, NestLogger } from '../../api/src/logging/index.js';
import { Alerting } from './alerting.js';

describe('Alerting', () => {
  let outcomes: (RaiseResult['outcome'] | Error)[];
  let looks: number;
  let alerting: Alerting;
  let lines: Record<string, unknown>[];

  beforeEach(() => {
    jest.useFakeTimers();
    [outcomes, lines, looks] = [[], [], 0];
    const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
    Logger.overrideLogger(new NestLogger(createLogger({ logLevel: 'info' }, { write })));
    const execute = async (): Promise<RaiseResult> => {
      looks++;
      const outcome = outcomes.shift() ?? 'caught-up';
      if (outcome instanceof Error) throw outcome;
      return { outcome, opened: [] };
    };
    alerting = new Alerting({ execute } as Partial<RaiseAlerts> as RaiseAlerts);
    alerting.onApplicationBootstrap();
  });
  afterEach(async () => {
    await alerting.onModuleDestroy();
    Logger.overrideLogger(true);
    jest.useRealTimers();
  });

  it('goes through a backlog at once, and then looks every two seconds', async () => {
    outcomes = ['raised', 'raised', 'raised', 'caught-up'];
    await jest.advanceTimersByTimeAsync(seconds(2));
    expect(looks).toBe(4);
    await jest.advanceTimersByTimeAsync(seconds(4));
    expect(looks).toBe(6);
  });

  it('leaves the field to a worker that was faster', async () => {
    outcomes = ['overtaken', 'raised'];
    await jest.advanceTimersByTimeAsync(seconds(2));
    expect(looks).toBe(1);
  });

  it('says so when it cannot, and goes on', async () => {
    outcomes = [new Error('The database is unavailable')];
    await jest.advanceTimersByTimeAsync(seconds(4));
    expect(lines).toMatchObject([{ level: 'error' }]);
    expect(looks).toBe(2);
  });

  it('stops in the middle of a backlog when it is told to', async () => {
    outcomes = Array<'raised'>(1_000).fill('raised');
    jest.advanceTimersByTime(seconds(2));
    await alerting.onModuleDestroy();
    const seen = looks;
    await jest.advanceTimersByTimeAsync(seconds(60));
    expect(looks).toBe(seen);
    expect(seen).toBeLessThan(3);
  });
});
