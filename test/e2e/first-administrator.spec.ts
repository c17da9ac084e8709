import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OfferSetup } from '#domain/access';
import { hours } from '#domain/kernel';
import { freePort } from '../support/redis-server.js';
import { audited } from './support/administrator.js';
import { Client, inParallel, newEmail, tally, type SignedIn } from './support/client.js';
import { GatehouseProcess } from './support/gatehouse-process.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

const root = join(import.meta.dirname, '../..');

describe('The first administrator, by link', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeEach(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterEach(() => gatehouse.stop());

  const offer = () => gatehouse.app.get(OfferSetup, { strict: false }).execute();
  const printed = async () => (await offer())!.expose();
  const redeem = (person: SignedIn, token: string) =>
    client.post('setup/administrator', { token }, person.accessToken);

  it('is whoever signs in with it, at once and once', async () => {
    const [token, ada, eve] = [
      await printed(),
      await client.signIn(newEmail()),
      await client.signIn(newEmail()),
    ];
    expectProblem(await client.get('admin/roles', ada.accessToken), 403, 'permission-denied');
    const { body } = await redeem(ada, token).expect(200);
    expect(body).toMatchObject({ id: ada.user.id, roles: ['user', 'admin'] });
    await client.get('admin/roles', ada.accessToken).expect(200);
    expectProblem(await redeem(eve, token), 409, 'administrator-exists');
    expect(await offer()).toBeNull();
    expect(await audited(gatehouse, 'administrator.appointed')).toMatchObject([
      { result: 'success', user_id: ada.user.id, reason: 'setup-link' },
      { result: 'failure', user_id: eve.user.id, reason: 'administrator-exists' },
    ]);
  });

  it('is one of ten who use it at once', async () => {
    const [token, people] = [await printed(), await inParallel(10, () => client.signIn(newEmail()))];
    const answers = await Promise.all(people.map((person) => redeem(person, token)));
    expect(tally(answers)).toEqual({ 200: 1, 409: 9 });
  });

  it('is nobody who has no link, or an old one', async () => {
    const [token, person] = [await printed(), await client.signIn(newEmail())];
    expectProblem(await client.post('setup/administrator', { token }), 401, 'token-missing');
    expectProblem(await redeem(person, 'guess'), 403, 'invalid-setup-token');
    expectProblem(await redeem(person, `${token}x`), 403, 'invalid-setup-token');
    expectProblem(await redeem(person, ''), 400, 'validation-failed');
    const more = { token, identifier: newEmail() };
    expectProblem(
      await client.post('setup/administrator', more, person.accessToken),
      400,
      'validation-failed',
    );
    gatehouse.clock.advance(hours(1));
    const later = await client.signIn(newEmail());
    expectProblem(await redeem(later, token), 403, 'invalid-setup-token');
  });

  it('finds a page there that runs its own script only, and that spends nothing by being opened', async () => {
    const [token, person] = [await printed(), await client.signIn(newEmail())];
    await gatehouse.request().head('/setup').expect(200);
    const page = await gatehouse.request().get('/setup').expect(200);
    const [, nonce] = /<script nonce="([\w-]{22})">/.exec(page.text)!;
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain(`script-src 'nonce-${nonce}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect((await gatehouse.request().get('/setup')).text).not.toContain(nonce);
    await redeem(person, token).expect(200);
  });
});

describe('The first administrator, beside a running Gatehouse with its own database', () => {
  let dataDir: string;
  let env: Readonly<Record<string, string>>;
  let running: GatehouseProcess;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-admin-'));
    // As in a container, where a command is started with the settings of the service, whose port is then in use.
    env = { DATA_DIR: dataDir, NODE_ENV: 'test', METRICS_PORT: String(await freePort()) };
    running = await GatehouseProcess.start(env);
  }, 60_000);
  afterAll(async () => {
    running.kill('SIGTERM');
    await running.exited;
    await rm(dataDir, { recursive: true });
  });

  const command = (...args: string[]): Promise<{ code: number; said: string }> => {
    const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env;
    const flags = ['--import', './test/support/typescript-loader.mjs', 'apps/cli/src/main.ts'];
    const options = { cwd: root, env: { ...inherited, ...env } };
    return new Promise((resolve) => {
      execFile(process.execPath, [...flags, ...args], options, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
      );
    });
  };
  const create = (identifier: string) => command('admin', 'create', '--identifier', identifier);

  it('is one of two made by command at once, and the printed link is void then', async () => {
    const [, token] = /\/setup#([\w-]{43})$/m.exec(running.output)!;
    expect(await create('nobody')).toMatchObject({
      code: 1,
      said: expect.stringContaining('identifier must be'),
    });

    const identifiers = [newEmail(), newEmail()];
    const outcomes = await Promise.all(identifiers.map(create));
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 1]);
    const refused = outcomes.find(({ code }) => code === 1)!;
    expect(refused.said).toContain('There is an administrator already');
    expect(refused.said).not.toMatch(/^\s+at /m);

    const client = new Client(running);
    const winner = await client.signIn(identifiers[outcomes.findIndex(({ code }) => code === 0)]!);
    await client.get('admin/roles', winner.accessToken).expect(200);
    const loser = await client.signIn(newEmail());
    const late = await client.post('setup/administrator', { token: token! }, loser.accessToken);
    expectProblem(late, 409, 'administrator-exists');
  }, 60_000);

  it('can look at the migrations as well', async () => {
    const { code, said } = await command('migrate', 'status');
    expect(code).toBe(0);
    expect(said).toMatch(/^applied .*Access/m);
  }, 30_000);
});
