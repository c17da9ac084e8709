import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hours, minutes, seconds } from '#domain/kernel';
import { at } from '#domain/kernel/testing';
import { Alert, type AlertState } from '../model/alert.entity.js';
import type { Letter } from '../model/alert-events.js';
import { ALERT_KINDS } from '../model/alert-kind.js';
import type { AlertingPolicy } from '../model/alerting-policy.js';
import { countOf } from '../model/distinct.js';
import { OWNER_NOTICES, type Observation } from '../model/observation.js';
import { AlertBook, subjectsOf, type BookState } from './alert-book.js';

const policy: AlertingPolicy = {
  quiet: hours(1),
  failures: { window: minutes(10), perAccount: 5, perNetwork: 8, overall: 30 },
  ownerInterval: hours(1),
  operators: { from: 'info', emails: [], webhook: false },
};
const network = (address: string): string => address.replace(/\.\d+$/, '.0');

const seen = (overrides: Partial<Observation>): Observation => ({
  at: at(0),
  kinds: [],
  failure: false,
  userId: 'ada',
  address: '10.0.0.1',
  requestId: 'r',
  country: null,
  notice: null,
  told: null,
  ...overrides,
});
const failed = (overrides: Partial<Observation> = {}): Observation => seen({ failure: true, ...overrides });

interface Outcome {
  readonly alerts: readonly AlertState[];
  readonly letters: readonly Letter[];
}

/** As a store between the batches would have it: only what was asked for is read, and only what changed is kept. */
function follow(batches: readonly (readonly Observation[])[], given: AlertingPolicy = policy): Outcome {
  const alerts = new Map<string, Alert>();
  const counters = new Map<string, BookState['counters'][number]>();
  const letters: Letter[] = [];
  let id = 0;
  const ids = { next: () => (++id).toString().padStart(6, '0') };
  for (const batch of batches) {
    const subjects = new Set(batch.flatMap((each) => subjectsOf(each, network)));
    const state = {
      open: [...alerts.values()].filter(({ state: { closedAt } }) => closedAt === null),
      counters: [...subjects].flatMap((subject) => counters.get(subject) ?? []),
    };
    const book = new AlertBook(state, given, network, ids);
    for (const observation of batch) book.enter(observation);
    for (const { state: changed } of book.changed) {
      alerts.set(changed.id, Alert.restore({ ...changed, version: 1 }));
    }
    for (const counter of book.counters) counters.set(counter.subject, counter);
    letters.push(...book.letters);
  }
  return { alerts: [...alerts.values()].map(({ state }) => state), letters };
}

describe('Failed sign-ins', () => {
  it('are one alert when 10,000 accounts are tried from 1,000 addresses', () => {
    const attack = Array.from({ length: 10_000 }, (_, i) =>
      failed({
        at: at(i * 50),
        userId: `account ${i}`,
        address: `10.${(i % 1_000) >> 8}.${(i % 1_000) & 255}.1`,
        requestId: `r${i}`,
      }),
    );
    const wide = {
      ...policy,
      failures: { window: minutes(10), perAccount: 20, perNetwork: 100, overall: 500 },
    };
    const { alerts, letters } = follow([attack], wide);
    expect(letters).toEqual([]);
    expect(alerts).toHaveLength(1);
    const [{ count, severity, accounts, addresses, requestIds }] = alerts as [AlertState];
    expect([count, severity]).toEqual([10_000, 'critical']);
    expect(countOf(accounts) / 9_501).toBeCloseTo(1, 0);
    expect(Math.abs(countOf(addresses) - 1_000)).toBeLessThan(200);
    expect(accounts.sample).toHaveLength(20);
    expect(requestIds).toEqual(Array.from({ length: 20 }, (_, i) => `r${499 + i}`));
  });

  it.each<[string, number, (i: number) => Partial<Observation>, string]>([
    ['at one account', 5, (i) => ({ address: `10.0.${i}.1` }), 'warning'],
    ['from one network', 8, (i) => ({ userId: `u${i}`, address: `10.0.0.${i}` }), 'warning'],
    ['from one network, at nobody', 8, () => ({ userId: null }), 'warning'],
    ['everywhere', 30, (i) => ({ userId: `u${i}`, address: `10.0.${i}.1` }), 'critical'],
  ])('are many %s from the %i. on', (_where, limit, each, severity) => {
    const failures = Array.from({ length: limit }, (_, i) => failed(each(i)));
    expect(follow([failures.slice(1)]).alerts).toEqual([]);
    expect(follow([failures]).alerts).toEqual([expect.objectContaining({ count: limit, severity })]);
  });

  it('are not many where they come slowly', () => {
    const slow = Array.from({ length: 500 }, (_, i) => failed({ at: at(i * minutes(4)) }));
    expect(follow([slow])).toEqual({ alerts: [], letters: [] });
  });

  it('are told to the owner once an hour, and not where the lock-out was told', () => {
    const guesses = (minute: number) => Array.from({ length: 6 }, () => failed({ at: at(minutes(minute)) }));
    expect(follow([guesses(0), guesses(11), guesses(59), guesses(70)]).letters).toHaveLength(2);
    const lockedOut = seen({ kinds: ['lockout'], told: 'many-failures' });
    expect(follow([[lockedOut, ...guesses(1)]]).letters).toEqual([]);
  });
});

describe('One alert', () => {
  const reuse = (milliseconds: number, userId = 'ada') =>
    seen({ at: at(milliseconds), kinds: ['refresh-reuse'], notice: 'refresh-reused', userId });

  it('goes on until nothing happened for an hour', () => {
    const { alerts } = follow([[reuse(0), reuse(minutes(59)), reuse(minutes(118)), reuse(minutes(178))]]);
    expect(alerts.map(({ count, openedAt, closedAt }) => [count, openedAt, closedAt])).toEqual([
      [3, at(0), at(minutes(178))],
      [1, at(minutes(178)), null],
    ]);
  });

  it('goes on for a day at most', () => {
    const endless = Array.from({ length: 100 }, (_, i) => reuse(minutes(30 * i)));
    const { alerts } = follow([endless]);
    expect(alerts.map(({ count, closedAt }) => [count, closedAt])).toEqual([
      [48, at(hours(24))],
      [48, at(hours(48))],
      [4, null],
    ]);
  });

  it('is of one kind', () => {
    const { alerts } = follow([[reuse(0), seen({ kinds: ['unusual-place', 'impossible-travel'] })]]);
    expect(alerts.map(({ kind, count }) => [kind, count])).toEqual([
      ['refresh-reuse', 1],
      ['unusual-place', 1],
      ['impossible-travel', 1],
    ]);
  });

  it('brings each owner one letter about the same kind of thing in an hour', () => {
    const times = [0, 1, minutes(59), minutes(60), minutes(61)];
    const { letters } = follow([
      times.flatMap((t) => [reuse(t), reuse(t, 'bob'), { ...reuse(t), userId: null }]),
    ]);
    expect(letters.map(({ userId, about }) => [userId, about.at])).toEqual([
      ['ada', at(0)],
      ['bob', at(0)],
      ['ada', at(minutes(60))],
      ['bob', at(minutes(60))],
    ]);
  });
});

describe('Whatever happens', () => {
  const observation = fc
    .record({
      gap: fc.oneof(fc.nat(seconds(30)), fc.nat(minutes(90))),
      kinds: fc.uniqueArray(fc.constantFrom(...ALERT_KINDS), { maxLength: 2 }),
      failure: fc.boolean(),
      userId: fc.constantFrom('ada', 'bob', null),
      host: fc.nat(3),
      notice: fc.constantFrom(...OWNER_NOTICES, null),
      told: fc.constantFrom('many-failures' as const, null, null),
    })
    .map(({ gap, host, failure, ...rest }) => ({
      gap,
      // A failure is nothing else beside.
      ...(failure ? failed({ userId: rest.userId }) : seen(rest)),
      address: `10.0.${host}.1`,
    }));
  const story = fc.array(observation, { maxLength: 120 }).map((list) => {
    let time = 0;
    return list.map(({ gap, ...each }) => ({ ...each, at: at((time += gap)) }));
  });
  const cuts = fc.array(fc.nat(120), { maxLength: 6 });
  const split = (list: readonly Observation[], at: readonly number[]): Observation[][] => {
    const ends = [...at, list.length].sort((a, b) => a - b);
    return ends.map((end, i) => list.slice(ends[i - 1] ?? 0, end));
  };

  it('comes to the same in one batch and in many', () => {
    fc.assert(
      fc.property(story, cuts, (list, at) => {
        const strip = ({ alerts, letters }: Outcome) => ({
          alerts: alerts.map((alert) => ({ ...alert, version: 0 })),
          letters,
        });
        expect(strip(follow(split(list, at)))).toEqual(strip(follow([list])));
      }),
    );
  });

  it('adds up: each event is in one alert of its kind, and one of each kind is open at a time', () => {
    fc.assert(
      fc.property(story, cuts, (list, at) => {
        const { alerts } = follow(split(list, at));
        for (const kind of ALERT_KINDS) {
          const ofKind = alerts.filter((alert) => alert.kind === kind);
          expect(ofKind.filter(({ closedAt }) => closedAt === null).length).toBeLessThanOrEqual(1);
          if (kind === 'many-failures') continue;
          const total = ofKind.reduce((sum, { count }) => sum + count, 0);
          expect(total).toBe(list.filter(({ kinds }) => kinds.includes(kind)).length);
        }
      }),
    );
  });
});
