import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distanceKm, leastDistanceKm, type Place } from './place.js';

const places: fc.Arbitrary<Place> = fc.record({
  country: fc.constantFrom('PT', 'ES'),
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  radiusKm: fc.integer({ min: 0, max: 20_000 }),
});
const point = (latitude: number, longitude: number): Place => ({
  country: 'PT',
  latitude,
  longitude,
  radiusKm: 0,
});

/** Half of the Earth's circumference. */
const FARTHEST = 20_016;

describe('the distance of two places', () => {
  it.each([
    ['Lisbon and Sydney', point(38.7223, -9.1393), point(-33.8688, 151.2093), 18_177],
    ['two points of the equator, across the date line', point(0, 179.5), point(0, -179.5), 111.2],
    ['the poles', point(90, 0), point(-90, 77), 20_015],
    [
      'antipodes whose haversine is rounded to more than one',
      point(47.69789911427347, -88.73915424726317),
      point(-47.69789913509103, -268.7391542633157),
      20_015,
    ],
    ['two sides of the same meridian', point(10, 180), point(10, -180), 0],
  ])('between %s is known', (_what, a, b, kilometres) => {
    expect(Math.abs(distanceKm(a, b) - kilometres)).toBeLessThan(Math.max(1, kilometres * 0.01));
  });

  it('is the same both ways, none to itself, and never NaN or more than half-way round', () => {
    fc.assert(
      fc.property(places, places, (a, b) => {
        expect(distanceKm(a, b)).toBeCloseTo(distanceKm(b, a), 6);
        expect(distanceKm(a, a)).toBe(0);
        expect(distanceKm(a, b)).toBeGreaterThanOrEqual(0);
        expect(distanceKm(a, b)).toBeLessThanOrEqual(FARTHEST);
      }),
    );
  });

  it('is half-way round to the other end of the world', () => {
    fc.assert(
      fc.property(places, (a) => {
        const antipode = { ...a, latitude: -a.latitude, longitude: a.longitude - 180 };
        expect(Math.abs(distanceKm(a, antipode) - FARTHEST)).toBeLessThan(1);
      }),
      { numRuns: 1_000 },
    );
  });

  it('is at least what lies between the circles: never negative, and never more than between the centres', () => {
    fc.assert(
      fc.property(places, places, (a, b) => {
        const least = leastDistanceKm(a, b);
        expect(least).toBeGreaterThanOrEqual(0);
        expect(least).toBeLessThanOrEqual(distanceKm(a, b));
        expect(leastDistanceKm({ ...a, radiusKm: a.radiusKm + 1 }, b)).toBeLessThanOrEqual(least);
      }),
    );
  });
});
