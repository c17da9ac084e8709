import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { days, hours, minutes } from '#domain/kernel';
import { anOrigin, at } from '#domain/kernel/testing';
import { aDevice, readableTraits, twoCities } from '#domain/session/testing';
import { Device, deviceToForget, historyOf, recentSignIns, type Sighting } from './device.entity.js';

const sighting = (now: Date, address = '203.0.113.7', risk = 0): Sighting => {
  const origin = anOrigin({ address });
  return { traits: readableTraits.describe(origin), origin, place: twoCities.locate(address), at: now, risk };
};

describe('Device', () => {
  it('remembers where and when it was seen, within bounds, however often it is', () => {
    const countries = fc.constantFrom('203.0.113.7', '198.51.100.1', '192.0.2.1');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(hours(3)), countries), { maxLength: 100 }), (sightings) => {
        let [device, now] = [Device.remember('d', 'u', sighting(at(0))), 0];
        for (const [later, address] of sightings) {
          now += later;
          device = device.seenAgain(sighting(at(now), address));
        }
        const { recentSignIns: recent, hours: byHour, countries: seen, lastSeenAt, place } = device.state;
        expect(byHour.reduce((sum, count) => sum + count)).toBe(sightings.length + 1);
        expect(byHour).toHaveLength(24);
        expect(recent.length).toBeLessThanOrEqual(20);
        expect(recent.at(-1)).toEqual(at(now));
        expect(recent.every((time) => time.getTime() > at(now).getTime() - hours(1))).toBe(true);
        expect(new Set(seen).size).toBe(seen.length);
        if (place) expect(seen.at(-1)).toBe(place.country);
        expect(lastSeenAt).toEqual(at(now));
      }),
    );
  });

  it('keeps the ten countries that it was in last', () => {
    let device = aDevice();
    for (let i = 0; i < 12; i++) {
      const place = { ...twoCities.locate('203.0.113.7')!, country: `X${i}` };
      device = device.seenAgain({ ...sighting(at(i)), place });
    }
    expect(device.state.countries).toEqual(Array.from({ length: 10 }, (_, i) => `X${i + 2}`));
  });
});

describe('A sign-in that is suspicious', () => {
  const RISKY = 34;
  const [berlin, tokyo] = ['203.0.113.7', '198.51.100.1'];

  it('is remembered and counted, but not learnt from', () => {
    const device = Device.remember('d', 'u', sighting(at(0), berlin));
    const risky = device.seenAgain(sighting(at(1), tokyo, RISKY));
    expect(risky.state).toMatchObject({ address: tokyo, place: { country: 'JP' }, lastSeenAt: at(1) });
    expect(recentSignIns([risky], at(1))).toBe(2);
    expect(historyOf([risky])).toEqual(historyOf([device]));
    expect(historyOf([device.seenAgain(sighting(at(1), tokyo, RISKY - 1))])?.countries).toContain('JP');
  });

  it('does not establish its device, until one is harmless, the owner trusts it, or a week went by', () => {
    const stranger = Device.remember('d', 'u', sighting(at(0), tokyo, RISKY));
    const again = (later: number, risk: number) => stranger.seenAgain(sighting(at(later), tokyo, risk));
    expect([stranger, again(1, RISKY), again(days(7) - 1, RISKY)].map((each) => each.isEstablished)).toEqual([
      false,
      false,
      false,
    ]);
    const trusted = Device.restore({ ...stranger.state, trustedAt: at(1) });
    for (const each of [again(1, 0), again(days(7), RISKY), trusted]) expect(each.isEstablished).toBe(true);
    expect(historyOf([stranger])).toBeNull();
  });

  it('teaches an established device after a week of nothing else, too, and a harmless one starts that over', () => {
    const seenOn = (...visits: [day: number, risk: number][]) =>
      visits.reduce(
        (device, [day, risk]) => device.seenAgain(sighting(at(days(day)), tokyo, risk)),
        Device.remember('d', 'u', sighting(at(0), berlin)),
      );
    const countriesOf = (device: Device) => historyOf([device])?.countries;
    expect(countriesOf(seenOn([30, RISKY], [36, RISKY]))).toEqual(['DE']);
    expect(countriesOf(seenOn([30, RISKY], [37, RISKY]))).toEqual(['DE', 'JP']);
    const harmless = seenOn([30, RISKY]).seenAgain(sighting(at(days(36)), berlin));
    expect(countriesOf(harmless.seenAgain(sighting(at(days(37)), tokyo, RISKY)))).toEqual(['DE']);
  });
});

describe('The device that makes room for another', () => {
  const many = (count: number, risk: number) =>
    Array.from({ length: count }, (_, i) =>
      Device.remember(`${i}/${risk}`, 'u', sighting(at(i), undefined, risk)),
    );

  it('is none of the owner’s while a thief has filled the rest', () => {
    const [owners, thiefs] = [many(5, 0), many(45, 70).map(({ state }) => state)];
    const newer = thiefs.map((state) => Device.restore({ ...state, lastSeenAt: at(hours(1)) }));
    expect(deviceToForget([...owners, ...newer])).toBe(newer[0]);
    expect(deviceToForget(many(50, 0))?.id).toBe('0/0');
    expect(deviceToForget(many(49, 0))).toBeNull();
  });
});

describe('The history of an account', () => {
  it('is none without a device', () => {
    expect(historyOf([])).toBeNull();
  });

  it('is that of all devices together', () => {
    const tokyo = Device.remember('a', 'u', sighting(at(0), '198.51.100.1'));
    const berlin = Device.remember('b', 'u', sighting(at(hours(3))));
    expect(historyOf([tokyo, berlin])).toEqual({
      last: { at: at(hours(3)), place: berlin.state.place },
      countries: ['DE', 'JP'],
      hours: berlin.state.hours.map((count, hour) => count + tokyo.state.hours[hour]!),
    });
  });

  it('goes by the last place that is known, so that an address of nowhere does not hide it', () => {
    const known = Device.remember('a', 'u', sighting(at(0)));
    const nowhere = Device.remember('b', 'u', sighting(at(1), '192.0.2.1'));
    const last = { at: at(0), place: known.state.place };
    expect(historyOf([known, nowhere])?.last).toEqual(last);
    expect(historyOf([known.seenAgain(sighting(at(1), '192.0.2.1'))])?.last).toEqual(last);
    expect(historyOf([nowhere])?.last).toBeNull();
  });

  it('counts the sign-ins of the last hour on every device', () => {
    const busy = Device.remember('a', 'u', sighting(at(0))).seenAgain(sighting(at(minutes(30))));
    const other = Device.remember('b', 'u', sighting(at(minutes(45))));
    expect(recentSignIns([busy, other], at(minutes(50)))).toBe(3);
    expect(recentSignIns([busy, other], at(minutes(60)))).toBe(2);
    expect(recentSignIns([], at(0))).toBe(0);
  });
});
