import ipaddr from 'ipaddr.js';
import type { Reader, Response } from 'maxmind';
import { isIP } from 'node:net';
import type { GeoReader, Place } from '#domain/risk';
import { COUNTRY_CIRCLES } from './country-circles.js';

/** What databases of countries and cities call things, as far as they are read; a file may hold anything. */
export interface GeoRecord {
  /** Of the flat databases. */
  readonly country_code?: unknown;
  /** Of MaxMind's and those in their form, such as DB-IP's. */
  readonly country?: { readonly iso_code?: unknown };
  readonly location?: {
    readonly latitude?: unknown;
    readonly longitude?: unknown;
    /** Kilometres. */
    readonly accuracy_radius?: unknown;
  };
}

/** Kilometres around a city whose database does not say how sure it is. */
const CITY_RADIUS_KM = 100;
const HALF_WAY_ROUND_KM = 20_038;

const COUNTRIES: ReadonlyMap<string, Place> = new Map(
  Object.entries(COUNTRY_CIRCLES).map(([country, [latitude, longitude, radiusKm]]) => [
    country,
    Object.freeze({ country, latitude, longitude, radiusKm }),
  ]),
);

/** Looks addresses up in a MaxMind DB file that is held in memory. */
export class MmdbGeoReader implements GeoReader {
  constructor(private readonly database: Pick<Reader<GeoRecord & Response>, 'get'>) {}

  locate(address: string): Place | null {
    const known = publicAddress(address);
    if (!known) return null;
    try {
      return placeOf(this.database.get(known));
    } catch {
      // A damaged record costs its addresses their place, not somebody the sign-in.
      return null;
    }
  }
}

/** Null for what no database can place; IPv4 dressed as IPv6 is IPv4, which databases list under nothing else. */
function publicAddress(address: string): string | null {
  if (isIP(address) === 0) return null;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' ? parsed.toString() : null;
}

function placeOf(record: GeoRecord | null): Place | null {
  const country = COUNTRIES.get(String(record?.country_code ?? record?.country?.iso_code));
  // "AP" and "EU", which registries also know, are no countries.
  if (!country) return null;
  const { latitude, longitude, accuracy_radius: radiusKm = CITY_RADIUS_KM } = record?.location ?? {};
  return isWithin(90, latitude) && isWithin(180, longitude) && isWithin(HALF_WAY_ROUND_KM, radiusKm)
    ? { country: country.country, latitude, longitude, radiusKm: Math.abs(radiusKm) }
    : country;
}

const isWithin = (limit: number, value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= limit;
