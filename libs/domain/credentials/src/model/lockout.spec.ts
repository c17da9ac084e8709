import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { days, hours, minutes, seconds } from '#domain/kernel';
import { at } from '#domain/kernel/testing';
import {
  accountSchedule,
  consequences,
  networkSchedule,
  NO_WAIT,
  type FailureSchedule,
  type LockoutPolicy,
} from './lockout.js';

const policies: fc.Arbitrary<LockoutPolicy> = fc.record({
  delayAfter: fc.integer({ min: 1, max: 100 }),
  lockAfter: fc.integer({ min: 1, max: 100 }),
  lockFor: fc.integer({ min: seconds(1), max: days(7) }),
  failuresPerNetwork: fc.integer({ min: 1, max: 1_000 }),
});

/** What follows the n-th failure. */
const waitAfter = (n: number, { free, delays }: FailureSchedule): number =>
  n <= free ? 0 : delays[Math.min(n - free, delays.length) - 1]!;

const waitsOf = (schedule: FailureSchedule): number[] =>
  Array.from({ length: schedule.free + schedule.delays.length }, (_, i) => waitAfter(i + 1, schedule));

/** Guesses that fit into a time when each is made as soon as it may be. */
function guessesWithin(time: number, schedule: FailureSchedule): number {
  let [guesses, elapsed] = [0, 0];
  while (elapsed <= time) elapsed += waitAfter(++guesses, schedule);
  return guesses;
}

describe('the waits after wrong passwords', () => {
  const usual = { delayAfter: 3, lockAfter: 10, lockFor: minutes(15), failuresPerNetwork: 100 };

  it('grow from a second to a lock, and on to a day', () => {
    expect(waitsOf(accountSchedule(usual)).map((wait) => wait / 1_000)).toEqual([
      0, 0, 1, 2, 4, 8, 16, 32, 64, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400,
    ]);
  });

  it('leave a guesser fewer than fifty guesses in a month', () => {
    expect(guessesWithin(days(30), accountSchedule(usual))).toBeLessThan(50);
  });

  it('never shrink, lock when they should, and end at a day or at the configured lock', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const waits = waitsOf(accountSchedule(policy));
        expect(waits).toEqual([...waits].sort((a, b) => a - b));
        expect(waits[policy.lockAfter - 1]).toBe(policy.lockFor);
        expect(waits.slice(0, policy.lockAfter).every((wait) => wait <= policy.lockFor)).toBe(true);
        expect(waits.at(-1)).toBe(Math.max(policy.lockFor, hours(24)));
        const firstWait = waits.findIndex((wait) => wait > 0) + 1;
        expect(firstWait).toBe(Math.min(policy.delayAfter, policy.lockAfter));
      }),
    );
  });

  it('come over a network at once, as one lock', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const waits = waitsOf(networkSchedule(policy));
        expect(waits.indexOf(policy.lockFor)).toBe(policy.failuresPerNetwork - 1);
        expect(waits).toHaveLength(policy.failuresPerNetwork);
      }),
    );
  });

  it('are over before they begin when there is none', () => {
    const [free, third] = consequences(accountSchedule(usual), at(0));
    expect(free).toEqual({ blockedUntil: NO_WAIT, forgottenAt: at(days(7)) });
    expect(third).toEqual({ blockedUntil: at(seconds(1)), forgottenAt: at(seconds(1) + days(7)) });
  });
});
