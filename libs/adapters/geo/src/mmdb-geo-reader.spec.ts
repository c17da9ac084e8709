import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leastDistanceKm } from '#domain/risk';
import { COUNTRY_CIRCLES } from './country-circles.js';
import { MmdbGeoReader, type GeoRecord } from './mmdb-geo-reader.js';

const readerOf = (records: Record<string, unknown>) =>
  new MmdbGeoReader({ get: (address) => (records[address] as GeoRecord | undefined) ?? null });

describe('MmdbGeoReader', () => {
  it('takes place and radius from a database of cities', () => {
    const record = {
      country: { iso_code: 'PT' },
      location: { latitude: 38.72, longitude: -9.14, accuracy_radius: 20 },
    };
    expect(readerOf({ '8.8.8.8': record }).locate('8.8.8.8')).toEqual({
      country: 'PT',
      latitude: 38.72,
      longitude: -9.14,
      radiusKm: 20,
    });
  });

  it('grants a city a radius where the database does not say one', () => {
    const record = { country: { iso_code: 'PT' }, location: { latitude: 38.72, longitude: -9.14 } };
    expect(readerOf({ '8.8.8.8': record }).locate('8.8.8.8')?.radiusKm).toBe(100);
  });

  it.each([
    ['a flat record', { country_code: 'PT' }],
    ['a nested record', { country: { iso_code: 'PT' } }],
    ['a place off the globe', { country: { iso_code: 'PT' }, location: { latitude: 91, longitude: 0 } }],
    ['a place that is no number', { country: { iso_code: 'PT' }, location: { latitude: NaN, longitude: 0 } }],
  ])('knows the whole country from %s', (_what, record) => {
    expect(readerOf({ '8.8.8.8': record }).locate('8.8.8.8')).toMatchObject({
      country: 'PT',
      radiusKm: COUNTRY_CIRCLES['PT']![2],
    });
  });

  it.each([
    ['no record', null],
    ['a record without a country', { names: { en: 'Earth' } }],
    ['a region that is no country', { country_code: 'AP' }],
    ['a name that objects have by themselves', { country_code: 'constructor' }],
    ['a code that is no text', { country_code: { toString: 1 } }],
  ])('knows no place from %s', (_what, record) => {
    expect(readerOf({ '8.8.8.8': record }).locate('8.8.8.8')).toBeNull();
  });

  it('survives a damaged record', () => {
    const damaged = new MmdbGeoReader({
      get: () => {
        throw new Error('Unknown type');
      },
    });
    expect(damaged.locate('8.8.8.8')).toBeNull();
  });

  it.each([
    '10.1.2.3',
    '127.0.0.1',
    '169.254.1.1',
    '100.64.0.1',
    '192.168.1.1',
    '203.0.113.7',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1%eth0',
    'fd00::1',
    '2001:db8::1',
    '::ffff:10.1.2.3',
    '',
    'unknown',
    '8.8.8',
  ])('never asks where %j is', (address) => {
    const asked: string[] = [];
    const reader = new MmdbGeoReader({ get: (known) => (asked.push(known), { country_code: 'PT' }) });
    expect(reader.locate(address)).toBeNull();
    expect(asked).toEqual([]);
  });

  it('takes IPv4 dressed as IPv6 for what it is', () => {
    expect(readerOf({ '8.8.8.8': { country_code: 'PT' } }).locate('::ffff:8.8.8.8')?.country).toBe('PT');
  });

  it('throws for no text', () => {
    const reader = readerOf({});
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void reader.locate(text)));
  });
});

/** Far corners of their countries, and where one ends and another begins. */
const INHABITED: readonly (readonly [string, number, number])[] = [
  ['US', 21.31, -157.86],
  ['US', 25.76, -80.19],
  ['US', 51.88, -176.65],
  ['PT', 37.74, -25.67],
  ['ES', 28.12, -15.43],
  ['FR', 42.7, 9.45],
  ['FR', 48.39, -4.49],
  ['RE', -20.88, 55.45],
  ['GF', 4.94, -52.33],
  ['BQ', 12.15, -68.27],
  ['BQ', 17.63, -63.24],
  ['NO', 70.98, 25.97],
  ['SJ', 78.22, 15.65],
  ['RU', 54.71, 20.51],
  ['RU', 64.73, 177.5],
  ['CL', -27.15, -109.43],
  ['AU', -42.88, 147.33],
  ['KI', 1.87, -157.43],
  ['KZ', 45.95, 63.31],
  ['CY', 35.18, 33.36],
  ['XK', 42.67, 21.17],
  ['VA', 41.903, 12.453],
  ['NZ', -43.95, -176.56],
  ['JP', 24.45, 122.99],
];

describe('the circles of countries', () => {
  it.each(INHABITED)('%s holds %d, %d', (country, latitude, longitude) => {
    const [lat, lon, radiusKm] = COUNTRY_CIRCLES[country]!;
    const circle = { country, latitude: lat, longitude: lon, radiusKm };
    expect(leastDistanceKm(circle, { country, latitude, longitude, radiusKm: 0 })).toBe(0);
  });

  it('are all on the globe, and smaller than half of it', () => {
    for (const [code, [latitude, longitude, radiusKm]] of Object.entries(COUNTRY_CIRCLES)) {
      expect(code).toMatch(/^[A-Z]{2}$/);
      expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
      expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
      expect(radiusKm).toBeGreaterThan(0);
      expect(radiusKm).toBeLessThan(10_000);
    }
  });
});
