import { addMilliseconds, days, hours, seconds, token } from '#domain/kernel';

/** Durations in milliseconds. */
export interface LockoutPolicy {
  /** Failures in a row from which on the next attempt has to wait: a second, then twice as long each time. */
  readonly delayAfter: number;
  /** Failures in a row that lock. */
  readonly lockAfter: number;
  /** How long the first lock lasts. Each failure after it locks for twice as long, up to a day. */
  readonly lockFor: number;
  /** Failures within an hour, over all accounts, that lock a network. */
  readonly failuresPerNetwork: number;
}

export const LOCKOUT_POLICY = token<LockoutPolicy>('LockoutPolicy');

/** How a counter turns failures into waiting. */
export interface FailureSchedule {
  /** Failures that are followed by no wait. */
  readonly free: number;
  /** What follows each one after them; the last one follows all further ones. */
  readonly delays: readonly number[];
  /** When failures are forgotten: so long after the last wait is over, or after the first failure. */
  readonly forget: { readonly after: number; readonly since: 'last-wait' | 'first-failure' };
}

const FIRST_DELAY = seconds(1);
const LONGEST_LOCK = hours(24);
const MEMORY = days(7);

/**
 * Limits failures in a row as NIST SP 800-63B-4, 3.2.2 asks: a person who mistypes waits for seconds, whoever
 * goes on guessing gets about two guesses a day.
 */
export function accountSchedule({ delayAfter, lockAfter, lockFor }: LockoutPolicy): FailureSchedule {
  const free = Math.min(delayAfter, lockAfter) - 1;
  const longest = Math.max(lockFor, LONGEST_LOCK);
  const doublings = Math.ceil(Math.log2(longest / lockFor)) + 1;
  const delays = [
    ...Array.from({ length: lockAfter - 1 - free }, (_, i) => Math.min(FIRST_DELAY * 2 ** i, lockFor)),
    ...Array.from({ length: doublings }, (_, i) => Math.min(lockFor * 2 ** i, longest)),
  ];
  return { free, delays, forget: { after: MEMORY, since: 'last-wait' } };
}

/** A network is shared by people who mistype now and then, so it starts over each hour. */
export const networkSchedule = ({ failuresPerNetwork, lockFor }: LockoutPolicy): FailureSchedule => ({
  free: failuresPerNetwork - 1,
  delays: [lockFor],
  forget: { after: hours(1), since: 'first-failure' },
});

/** Ends before any attempt, also one that another instance's clock or a slower way here has made older. */
export const NO_WAIT = new Date(0);

/** What a failure at `now` leaves behind, for a free one and then for each of the delays: its wait, its end. */
export const consequences = ({ delays, forget }: FailureSchedule, now: Date) =>
  [0, ...delays].map((delay) => {
    const end = addMilliseconds(now, delay);
    return {
      blockedUntil: delay === 0 ? NO_WAIT : end,
      forgottenAt: addMilliseconds(end, forget.after),
    };
  });
