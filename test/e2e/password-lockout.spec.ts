import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { minutes, seconds } from '#domain/kernel';
import { Client, inParallel, newEmail, tally } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { auditOf, PASSWORD, select, withPassword } from './support/passwords.js';
import { expectProblem } from './support/problem.js';

let gatehouse: Gatehouse;
let client: Client;

const start = async (env: Readonly<Record<string, string>>) => {
  gatehouse = await startGatehouse({ env: { LOCKOUT_DELAY_AFTER: '3', LOCKOUT_AFTER: '5', ...env } });
  client = new Client(gatehouse);
};
afterEach(() => gatehouse.stop());

const login = (identifier: string, password = PASSWORD, more: object = {}) =>
  client.post('auth/login', { identifier, password, ...more });
const guess = (identifier: string, more?: object) => login(identifier, 'a wrong one', more);

describe('guessing passwords', () => {
  beforeEach(async () => {
    await start({});
    gatehouse.clock.stop();
  });

  const lockOut = async (identifier: string): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      await guess(identifier).expect(401);
      gatehouse.clock.advance(seconds(2));
    }
  };

  it('is delayed, then locked, by the same answers for an account and for none', async () => {
    const { identifier } = await withPassword(client);
    const sequences = [];
    for (const each of [identifier, newEmail()]) {
      const seen = [];
      for (let i = 0; i < 5; i++) {
        for (let again = 0; again < 2; again++) {
          const { status, body, headers } = await guess(each);
          seen.push([status, body.code, body.detail, headers['retry-after']]);
        }
        gatehouse.clock.advance(seconds(2));
      }
      sequences.push(seen.map(([status, code, , retryAfter]) => [status, code, retryAfter].join(' ').trim()));
    }
    expect(sequences[0]).toEqual([
      '401 invalid-credentials',
      '401 invalid-credentials',
      '401 invalid-credentials',
      '429 too-many-attempts 1',
      ...sequences[0]!.slice(4),
    ]);
    expect(sequences[0]!.at(-1)).toMatch(/^429 sign-in-locked \d+$/);
    expect(sequences[1]).toEqual(sequences[0]);
  });

  it('compares no more of 50 parallel guesses than of as many in a row', async () => {
    const { identifier, user } = await withPassword(client);
    expect(tally(await inParallel(50, () => guess(identifier)))).toEqual({ 401: 3, 429: 47 });
    const rejected = (await auditOf(gatehouse, user.id)).filter((action) => action === 'password.rejected');
    expect(rejected).toHaveLength(3);
  });

  it('locks for a time, the right password too, and says so in the audit and to the owner', async () => {
    const { identifier, user } = await withPassword(client);
    await lockOut(identifier);
    const locked = await login(identifier);
    expectProblem(locked, 429, 'sign-in-locked');
    expect(Number(locked.headers['retry-after'])).toBe(minutes(15) / 1_000 - 2);
    expect(await auditOf(gatehouse, user.id)).toEqual(
      expect.arrayContaining(['password.locked-out', 'password.throttled']),
    );
    gatehouse.clock.advance(minutes(15));
    await login(identifier).expect(200);
    await guess(identifier).expect(401);
    await login(identifier).expect(200);
  });

  it('survives a restart: failures are in the record', async () => {
    const { identifier } = await withPassword(client);
    await lockOut(identifier);
    const rows = await select(gatehouse, `SELECT FROM gatehouse.password_failures WHERE failures = 5`);
    expect(rows).toHaveLength(2);
  });

  it.each([
    [
      'a password',
      async (identifier: string) => (await login(identifier).expect(200)).body as { deviceToken: string },
    ],
    ['a code', (identifier: string) => client.signIn(identifier)],
  ])('does not lock the owner out of a device that they signed in on with %s', async (_how, signIn) => {
    const { identifier } = await withPassword(client);
    const { deviceToken } = await signIn(identifier);
    await lockOut(identifier);
    await login(identifier).expect(429);
    await login(identifier, PASSWORD, { deviceToken }).expect(200);
    await login(identifier).expect(429);
  });

  it('is limited on a known device, too, by itself', async () => {
    const { identifier } = await withPassword(client);
    const { deviceToken } = (await login(identifier).expect(200)).body;
    expect(tally(await inParallel(20, () => guess(identifier, { deviceToken })))).toEqual({
      401: 3,
      429: 17,
    });
    await login(identifier).expect(200);
  });

  it("is not helped by somebody else's device, nor by an altered token", async () => {
    const [owner, other] = [await withPassword(client), await withPassword(client)];
    const { deviceToken: others } = (await login(other.identifier).expect(200)).body;
    const { deviceToken } = (await login(owner.identifier).expect(200)).body as { deviceToken: string };
    const altered = deviceToken.slice(0, 10) + (deviceToken[10] === 'A' ? 'B' : 'A') + deviceToken.slice(11);
    await lockOut(owner.identifier);
    await login(owner.identifier, PASSWORD, { deviceToken: others }).expect(429);
    await login(owner.identifier, PASSWORD, { deviceToken: altered }).expect(429);
  });

  it('leaves signing in with a code as it is', async () => {
    const { identifier } = await withPassword(client);
    await lockOut(identifier);
    expect((await client.signIn(identifier)).accessToken).toBeDefined();
  });
});

describe('spraying passwords over accounts', () => {
  beforeEach(() => start({ LOCKOUT_ADDRESS_AFTER: '10', TRUSTED_PROXIES: '1' }));

  const from = (address: string, identifier: string, password = 'a wrong one') =>
    login(identifier, password).set('x-forwarded-for', address);

  it('is stopped per network, and per /64 of IPv6', async () => {
    const { identifier } = await withPassword(client);
    const spray = (address: (i: number) => string) => inParallel(15, (i) => from(address(i), newEmail()));
    expect(tally(await spray(() => '203.0.113.7'))).toEqual({ 401: 10, 429: 5 });
    expect(tally(await spray((i) => `2001:db8::${i + 1}`))).toEqual({ 401: 10, 429: 5 });
    expectProblem(await from('2001:db8::ffff', identifier, PASSWORD), 429, 'too-many-attempts');
    await from('2001:db8:0:1::1', identifier, PASSWORD).expect(200);
  });

  it('is not forgiven by signing in to an account of one’s own now and then', async () => {
    const { identifier } = await withPassword(client);
    for (let i = 0; i < 10; i++) {
      await from('203.0.113.8', newEmail()).expect(401);
      if (i < 9) await from('203.0.113.8', identifier, PASSWORD).expect(200);
    }
    await from('203.0.113.8', newEmail()).expect(429);
  });
});
