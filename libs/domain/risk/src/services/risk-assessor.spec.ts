import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hours, minutes } from '#domain/kernel';
import { at } from '#domain/kernel/testing';
import type { Place } from '../model/place.js';
import { RISK_REASONS, type RiskReason } from '../model/risk-reason.js';
import { DEFAULT_RISK_WEIGHTS, type RiskWeights } from '../model/risk-weights.js';
import type { SignInHistory, SignInSignals } from '../model/sign-in-signals.js';
import { RiskAssessor } from './risk-assessor.js';

const PLACES = {
  lisbon: { country: 'PT', latitude: 38.7, longitude: -9.1, radiusKm: 20 },
  porto: { country: 'PT', latitude: 41.1, longitude: -8.6, radiusKm: 20 },
  badajoz: { country: 'ES', latitude: 38.9, longitude: -7, radiusKm: 20 },
  madrid: { country: 'ES', latitude: 40.4, longitude: -3.7, radiusKm: 20 },
  sydney: { country: 'AU', latitude: -33.9, longitude: 151.2, radiusKm: 20 },
} satisfies Record<string, Place>;

/** Addresses are the names of places here, and "listed" is listed. */
const assessorWith = (weights: Partial<RiskWeights> = {}, places: Record<string, Place> = PLACES) =>
  new RiskAssessor(
    { locate: (address) => places[address] ?? null },
    { isListed: (address) => address === 'listed' },
    { ...DEFAULT_RISK_WEIGHTS, ...weights },
  );

const NOW = at(0);
const before = (milliseconds: number): Date => new Date(NOW.getTime() - milliseconds);
const noHours = Array.from({ length: 24 }, () => 0);
const hoursOf = (counts: Record<number, number>) => noHours.map((_, hour) => counts[hour] ?? 0);

const history = (overrides: Partial<SignInHistory> = {}): SignInHistory => ({
  last: { at: before(hours(24)), place: PLACES.lisbon },
  countries: ['PT'],
  hours: noHours,
  ...overrides,
});
const signals = (overrides: Partial<SignInSignals> = {}): SignInSignals => ({
  address: 'lisbon',
  at: NOW,
  newDevice: false,
  history: history(),
  recentSignIns: 0,
  failedAttempts: 0,
  ...overrides,
});
const reasonsOf = (overrides: Partial<SignInSignals>) => assessorWith().assess(signals(overrides)).reasons;

describe('a sign-in as always', () => {
  it('has no risk, and a place', () => {
    expect(assessorWith().assess(signals())).toEqual({ score: 0, reasons: [], place: PLACES.lisbon });
  });
});

describe("an account's first sign-in", () => {
  it('has nothing to be new or unusual against', () => {
    const first = signals({ history: null, newDevice: true, recentSignIns: 99, failedAttempts: 99 });
    expect(assessorWith().assess(first).reasons).toEqual(['velocity', 'failed-attempts']);
  });
});

describe('a new device or country', () => {
  it('is a reason', () => {
    expect(reasonsOf({ newDevice: true })).toEqual(['new-device']);
    expect(reasonsOf({ address: 'madrid' })).toEqual(['new-country']);
  });

  it.each([
    ['the country is known', { history: history({ countries: ['ES', 'PT'] }) }],
    ['nobody knows where the address is', { address: 'nowhere' }],
    ['no earlier sign-in could be placed', { history: history({ countries: [], last: null }) }],
  ])('is none when %s', (_when, overrides) => {
    expect(reasonsOf({ address: 'madrid', history: history({ countries: ['ES'] }), ...overrides })).toEqual(
      [],
    );
  });
});

describe('impossible travel', () => {
  const travel = (from: Place | null, address: string, elapsed: number) =>
    reasonsOf({
      address,
      history: history({ countries: ['PT', 'ES', 'AU'], last: from && { at: before(elapsed), place: from } }),
    });

  it.each([
    ['another continent at the same instant', PLACES.lisbon, 'sydney', 0],
    ['another continent within a minute', PLACES.lisbon, 'sydney', minutes(1)],
    ['another continent by a clock that was set back', PLACES.lisbon, 'sydney', -hours(1)],
    ['the neighbour country at the same instant', PLACES.lisbon, 'madrid', 0],
    ['18,135 km in 20 hours', PLACES.lisbon, 'sydney', hours(20)],
  ])('is %s', (_what, from, address, elapsed) => {
    expect(travel(from, address, elapsed)).toEqual(['impossible-travel']);
  });

  it.each([
    ['18,135 km in 21 hours', PLACES.lisbon, 'sydney', hours(21)],
    ['an hour to the neighbour country', PLACES.lisbon, 'madrid', hours(1)],
    ['a far city of the same country at the same instant', PLACES.lisbon, 'porto', 0],
    ['a town of the neighbour country at the same instant', PLACES.lisbon, 'badajoz', 0],
    ['from nowhere', null, 'sydney', 0],
    ['to nowhere', PLACES.lisbon, 'nowhere', 0],
  ])('is not %s', (_what, from, address, elapsed) => {
    expect(travel(from, address, elapsed)).toEqual([]);
  });

  it('is not a border crossed: circles that touch are no distance apart', () => {
    const wide = { ...PLACES, spain: { country: 'ES', latitude: 35.5, longitude: -8.4, radiusKm: 1_265 } };
    const crossed = signals({
      address: 'spain',
      history: history({ countries: ['PT', 'ES'], last: { at: NOW, place: PLACES.lisbon } }),
    });
    expect(assessorWith({}, wide).assess(crossed).reasons).toEqual([]);
  });
});

describe('what is graded', () => {
  const scoreOf = (overrides: Partial<SignInSignals>) => assessorWith().assess(signals(overrides)).score;

  it.each([
    ['recentSignIns', 'velocity', 4, 20],
    ['failedAttempts', 'failed-attempts', 2, 10],
  ] as const)('%s count from what is usual to what is clear', (signal, reason, usual, clear) => {
    expect(scoreOf({ [signal]: usual })).toBe(0);
    expect(scoreOf({ [signal]: usual + 1 })).toBeGreaterThan(0);
    expect(scoreOf({ [signal]: clear - 1 })).toBeLessThan(DEFAULT_RISK_WEIGHTS[reason]);
    expect(scoreOf({ [signal]: clear })).toBe(DEFAULT_RISK_WEIGHTS[reason]);
    expect(scoreOf({ [signal]: 1_000_000 })).toBe(DEFAULT_RISK_WEIGHTS[reason]);
  });
});

describe('an unusual hour', () => {
  const atHour = (hour: number, counts: Record<number, number>) =>
    reasonsOf({
      at: new Date(Date.UTC(2026, 0, 20, hour)),
      history: history({ hours: hoursOf(counts) }),
    });

  it('is one around which a person with habits hardly ever signed in', () => {
    expect(atHour(3, { 9: 20 })).toEqual(['unusual-hour']);
    expect(atHour(3, { 9: 99, 1: 1 })).toEqual(['unusual-hour']);
    expect(atHour(3, { 9: 49, 1: 1 })).toEqual([]);
  });

  it('is unknown without habits', () => {
    expect(atHour(3, { 9: 19 })).toEqual([]);
  });

  it.each([
    [7, 9],
    [11, 9],
    [23, 1],
    [1, 23],
  ])('is not %d for somebody of %d: hours go round', (hour, usual) => {
    expect(atHour(hour, { [usual]: 50 })).toEqual([]);
  });
});

describe('the score', () => {
  const weights = fc.record(
    Object.fromEntries(RISK_REASONS.map((reason) => [reason, fc.integer({ min: 0, max: 100 })])),
  ) as fc.Arbitrary<RiskWeights>;
  const addresses = fc.constantFrom('lisbon', 'madrid', 'sydney', 'nowhere', 'listed');
  const instants = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
  const histories = fc.record({
    last: fc.option(fc.record({ at: instants, place: fc.constantFrom<Place>(...Object.values(PLACES)) })),
    countries: fc.subarray(['PT', 'ES', 'AU']),
    hours: fc.array(fc.nat(1_000), { minLength: 24, maxLength: 24 }),
  });
  const anySignals: fc.Arbitrary<SignInSignals> = fc.record({
    address: addresses,
    at: instants,
    newDevice: fc.boolean(),
    history: fc.option(histories),
    recentSignIns: fc.nat(100),
    failedAttempts: fc.nat(100),
  });

  it('is a whole number from 0 to 100, and 0 when there is no reason', () => {
    fc.assert(
      fc.property(weights, anySignals, (weighed, each) => {
        const { score, reasons } = assessorWith(weighed).assess(each);
        expect(Number.isInteger(score)).toBe(true);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        if (reasons.length === 0) expect(score).toBe(0);
        expect(new Set(reasons).size).toBe(reasons.length);
      }),
    );
  });

  it('never falls when one thing more speaks against the sign-in', () => {
    const worse: readonly ((each: SignInSignals) => Partial<SignInSignals>)[] = [
      () => ({ newDevice: true }),
      ({ recentSignIns }) => ({ recentSignIns: recentSignIns + 1 }),
      ({ failedAttempts }) => ({ failedAttempts: failedAttempts + 1 }),
      ({ history: past }) => ({ history: past && { ...past, countries: ['XX'] } }),
      ({ at: now, history: past }) => ({
        history: past?.last ? { ...past, last: { ...past.last, at: now } } : past,
      }),
    ];
    fc.assert(
      fc.property(weights, anySignals, fc.constantFrom(...worse), (weighed, each, change) => {
        const assessor = assessorWith(weighed);
        const changed = assessor.assess({ ...each, ...change(each) });
        expect(changed.score).toBeGreaterThanOrEqual(assessor.assess(each).score);
      }),
    );
  });

  it('never falls when a weight rises, and never names a reason that weighs nothing', () => {
    fc.assert(
      fc.property(weights, anySignals, fc.constantFrom(...RISK_REASONS), (weighed, each, reason) => {
        const scores = [0, weighed[reason], 100].map((weight) =>
          assessorWith({ ...weighed, [reason]: weight }).assess(each),
        );
        expect(scores[0]!.reasons).not.toContain(reason);
        expect(scores[1]!.score).toBeGreaterThanOrEqual(scores[0]!.score);
        expect(scores[2]!.score).toBeGreaterThanOrEqual(scores[1]!.score);
      }),
    );
  });

  it("has no reason of comparison in an account's first sign-in, whatever else is known", () => {
    const comparisons: readonly RiskReason[] = [
      'new-device',
      'new-country',
      'impossible-travel',
      'unusual-hour',
    ];
    fc.assert(
      fc.property(anySignals, (each) => {
        const { reasons } = assessorWith().assess({ ...each, history: null });
        for (const reason of comparisons) expect(reasons).not.toContain(reason);
      }),
    );
  });

  it('is what one reason weighs, and less than the sum of two', () => {
    const score = (overrides: Partial<SignInSignals>) =>
      assessorWith({ 'new-device': 50, 'listed-address': 50 }).assess(signals(overrides)).score;
    expect(score({ newDevice: true })).toBe(50);
    expect(score({ newDevice: true, address: 'listed' })).toBe(75);
  });
});
