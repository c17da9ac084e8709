import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatehouseCommand } from './support/command.js';

/** Only to end what hangs: each command starts the program and its database. */
jest.setTimeout(120_000);

let dataDir: string;
beforeAll(async () => void (dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-commands-'))));
afterAll(() => rm(dataDir, { recursive: true }));

const run = (...args: string[]) => gatehouseCommand(args, { DATA_DIR: dataDir }).ended;

it('Commands start the embedded database where none runs, and keep its small talk to themselves', async () => {
  const migrated = await run('migrate', 'up');
  expect(migrated.code).toBe(0);
  for (const line of migrated.said.trim().split('\n')) expect(line).toMatch(/^applied /);
  expect(await run('migrate', 'up')).toEqual({ code: 0, said: 'nothing to apply\n' });
  expect(await run('audit', 'checkpoint')).toEqual({ code: 1, said: 'nothing is sealed yet\n' });
  expect(await run('seed', '--users', '10')).toMatchObject({
    code: 0,
    said: expect.stringContaining('10 accounts made'),
  });
});
