import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addMilliseconds, days, hours, minutes, seconds, secondsUntil } from './duration.js';

const instants = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });

describe('durations', () => {
  it('are milliseconds', () => {
    expect([seconds(60), minutes(60), hours(24), days(1)]).toEqual([
      60_000, 3_600_000, 86_400_000, 86_400_000,
    ]);
  });
});

describe('secondsUntil', () => {
  it('is the least number of whole seconds, and never none, after which the instant is reached', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -days(1), max: days(1) }), (now, ahead) => {
        const instant = addMilliseconds(now, ahead);
        const wait = secondsUntil(instant, now);
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(1);
        expect(addMilliseconds(now, seconds(wait)).getTime()).toBeGreaterThanOrEqual(instant.getTime());
        if (wait > 1)
          expect(addMilliseconds(now, seconds(wait - 1)).getTime()).toBeLessThan(instant.getTime());
      }),
    );
  });
});
