import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { days } from '#domain/kernel';
import { at } from '#domain/kernel/testing';
import { circumstances } from '#domain/session/testing';
import { Session, type AuthenticationMethod, type DeviceStanding } from './session.entity.js';
import { trustIn } from './session-trust.js';

const policy = {
  maximumPerUser: 5,
  accessTokenLifetime: 1,
  idleLifetime: 1,
  absoluteLifetime: 1,
  refreshGrace: 0,
};
const now = at(0);

interface Given {
  readonly methods: readonly AuthenticationMethod[];
  readonly device: DeviceStanding | null;
  readonly country: string | null;
  readonly risk: number;
  /** Days. */
  readonly age: number;
}

const ordinary: Given = {
  methods: ['otp'],
  device: { firstSeenAt: now, trusted: false },
  country: 'DE',
  risk: 0,
  age: 0,
};
const session = ({ methods, device, country, risk, age }: Given): Session => {
  const how = { ...circumstances, country, risk: { score: risk, reasons: [] } };
  const origin = { address: '203.0.113.7', userAgent: 'test', requestId: 'r' };
  const opened = Session.open('s', 'u', methods, how, origin, policy, new Date(now.getTime() - days(age)));
  return Session.restore(opened.state, device);
};
const trust = (given: Partial<Given>, country: string | null = 'DE') =>
  trustIn(session({ ...ordinary, ...given }), country, now);
const knownFor = (daysAgo: number, trusted = false): DeviceStanding => ({
  firstSeenAt: new Date(now.getTime() - days(daysAgo)),
  trusted,
});

describe('The trust in a session', () => {
  it.each<[string, Partial<Given>, string | null, 'low' | 'medium' | 'high']>([
    ['on a device that its owner trusts', { device: knownFor(0, true) }, 'DE', 'high'],
    [
      'the same, by password, after a month',
      { methods: ['pwd'], device: knownFor(90, true), age: 30 },
      'DE',
      'high',
    ],
    ['taken from there to another country', { device: knownFor(365, true) }, 'FR', 'low'],
    ['of an unknown place', { device: knownFor(0, true) }, null, 'high'],
    ['whose country was never known', { device: knownFor(0, true), country: null }, 'FR', 'high'],
    ['on a device known for a year', { device: knownFor(365) }, 'DE', 'medium'],
    ['on a new device', { risk: 20 }, 'DE', 'medium'],
    ['on a new device, by password', { methods: ['pwd'], risk: 20 }, 'DE', 'medium'],
    ['on a new device in a new country', { risk: 40 }, 'DE', 'low'],
    ['on a device that was forgotten', { device: null }, 'DE', 'medium'],
    ['on a trusted device, by impossible travel', { device: knownFor(30, true), risk: 70 }, 'DE', 'medium'],
  ])('%s', (_which, given, country, level) => {
    expect(trust(given, country).level).toBe(level);
  });

  const anyone: fc.Arbitrary<Given> = fc.record({
    methods: fc.uniqueArray(fc.constantFrom<AuthenticationMethod>('otp', 'pwd'), { minLength: 1 }),
    device: fc.option(
      fc.tuple(fc.nat(500), fc.boolean()).map(([since, trusted]) => knownFor(since, trusted)),
    ),
    country: fc.option(fc.constantFrom('DE', 'FR')),
    risk: fc.integer({ min: 0, max: 100 }),
    age: fc.nat(500),
  });
  const anywhere = fc.option(fc.constantFrom('DE', 'FR', 'JP'));
  const score = (given: Given, country: string | null) => trust(given, country).score;

  it('is an integer from 0 to 100, and high only on a trusted device, low in a new place', () => {
    fc.assert(
      fc.property(anyone, anywhere, (given, country) => {
        const { score: points, level } = trust(given, country);
        expect(Number.isInteger(points) && points >= 0 && points <= 100).toBe(true);
        if (level === 'high') expect(given.device?.trusted).toBe(true);
        if (country && given.country && country !== given.country) expect(level).toBe('low');
      }),
    );
  });

  it('never grows with the risk, with the age of the session, or with a new place', () => {
    fc.assert(
      fc.property(anyone, anywhere, fc.nat(100), (given, country, more) => {
        const before = score(given, country);
        const risk = Math.min(100, given.risk + more);
        expect(score({ ...given, risk }, country)).toBeLessThanOrEqual(before);
        expect(score({ ...given, age: given.age + more }, country)).toBeLessThanOrEqual(before);
        expect(score({ ...given, country: 'DE' }, 'FR')).toBeLessThanOrEqual(
          score({ ...given, country: 'DE' }, 'DE'),
        );
      }),
    );
  });

  it('never shrinks with the age of the device, with its owner’s word, or with a method', () => {
    fc.assert(
      fc.property(anyone, anywhere, fc.nat(500), (given, country, older) => {
        const device = given.device ?? knownFor(0);
        const before = score({ ...given, device }, country);
        const firstSeenAt = new Date(device.firstSeenAt.getTime() - days(older));
        const better: Given[] = [
          { ...given, device: { ...device, firstSeenAt } },
          { ...given, device: { ...device, trusted: true } },
          { ...given, device, methods: ['otp', 'pwd'] },
        ];
        for (const each of better) expect(score(each, country)).toBeGreaterThanOrEqual(before);
        expect(score({ ...given, device: null }, country)).toBeLessThanOrEqual(before);
      }),
    );
  });
});
