import type { OnModuleDestroy } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '#domain/kernel';
import { openBreachedPasswordList } from './list-file-breached-passwords.js';
import { sha1Hex } from './sha1-hex.js';

const breached = Array.from({ length: 500 }, (_, i) => `breached ${i}`);
const sorted = breached.map(sha1Hex).sort();

let directory: string;
const opened: OnModuleDestroy[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatehouse-breached-'));
});
afterAll(async () => {
  for (const list of opened) await list.onModuleDestroy();
  await rm(directory, { recursive: true });
});

async function listOf(text: string) {
  const path = join(directory, `${Math.random()}`);
  await writeFile(path, text);
  const list = await openBreachedPasswordList(path);
  opened.push(list);
  return list;
}

describe.each([
  ['sorted hashes', sorted.join('\n')],
  ['sorted hashes with a line end after the last', `${sorted.join('\n')}\n`],
  [
    'sorted hashes with counts, as they are downloaded',
    sorted.map((hash, i) => `${hash}:${i * 1_000}`).join('\r\n'),
  ],
  ['sorted hashes in small letters', sorted.join('\n').toLowerCase()],
  ['plain passwords', `${breached.join('\n')}\n`],
])('a file of %s', (_what, text) => {
  it('names all that are in it and nothing else', async () => {
    const list = await listOf(text);
    const check = (password: string) => list.check(new Secret(password));
    for (const password of breached) expect(await check(password)).toBe('breached');
    for (const password of ['', 'breached', 'breached 500', 'Breached 1']) {
      expect(await check(password)).toBe('not-found');
    }
  });
});

it('finds the one line of a file', async () => {
  const list = await listOf(sha1Hex('only'));
  expect(await list.check(new Secret('only'))).toBe('breached');
  expect(await list.check(new Secret('other'))).toBe('not-found');
});

it('reads an empty file as naming nothing', async () => {
  expect(await (await listOf('')).check(new Secret('anything'))).toBe('not-found');
});

it('refuses to hold a plain list of any size in memory', async () => {
  const path = join(directory, 'large');
  await writeFile(path, 'password\n');
  await truncate(path, 33_554_433);
  await expect(openBreachedPasswordList(path)).rejects.toThrow('at most 32 MiB');
});
