import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signInAdministrator } from './support/administrator.js';
import { Client } from './support/client.js';
import { gatehouseCommand } from './support/command.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

/** Only to end what hangs: each test starts the program, which a busy machine takes its time for. */
jest.setTimeout(120_000);

describe('gatehouse seed', () => {
  let gatehouse: Gatehouse;
  let dataDir: string;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-seed-'));
  });
  afterAll(async () => {
    await gatehouse.stop();
    await rm(dataDir, { recursive: true });
  });

  const seed = (args: readonly string[], env = {}) =>
    gatehouseCommand(['seed', ...args], { DATABASE_URL: gatehouse.databaseUrl, DATA_DIR: dataDir, ...env })
      .ended;

  it('makes as many accounts as there shall be, goes on where it stopped, and they are found like any other', async () => {
    expect(await seed(['--users', '300'])).toMatchObject({
      code: 0,
      said: expect.stringContaining('300 accounts made'),
    });
    expect(await seed(['--users', '500'])).toMatchObject({
      code: 0,
      said: expect.stringContaining('200 accounts made, 300 were there'),
    });
    const client = new Client(gatehouse);
    const { accessToken } = await signInAdministrator(gatehouse);
    const find = async (query: object) =>
      (
        await client
          .get('admin/users', accessToken)
          .query({ limit: 100, ...query })
          .expect(200)
      ).body.items as {
        displayName: string;
        identifiers: { kind: string; value: string }[];
      }[];
    expect(await find({ status: 'suspended' })).toHaveLength(5);
    expect(await find({ status: 'locked' })).toHaveLength(3);
    const named = await find({ search: 'grace ' });
    expect(named.length).toBeGreaterThan(5);
    for (const { displayName, identifiers } of named) {
      expect(displayName).toMatch(/^Grace \w+$/);
      expect(identifiers.map(({ kind }) => kind)).toContain('email');
    }
    // Somebody who can sign in, because the identifier is in the form in which sign-in looks for it.
    await client.signIn(named[0]!.identifiers[0]!.value);
  });

  it.each([[['--users', '0']], [['--users', '1e6']], [['--users', '-1']], [[]]])(
    'refuses %j',
    async (args) => {
      expect((await seed(args)).code).toBe(1);
    },
  );

  it('leaves production alone unless it is forced', async () => {
    const env = { NODE_ENV: 'production', SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'a@example.com' };
    expect(await seed(['--users', '10'], env)).toMatchObject({
      code: 1,
      said: expect.stringContaining('--force'),
    });
    expect(await seed(['--users', '10', '--force'], env)).toMatchObject({ code: 0 });
  });
});
