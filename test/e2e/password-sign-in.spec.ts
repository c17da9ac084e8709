import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';
import type { Response } from 'supertest';
import { PASSWORD_HASHER, PasswordHash, type CredentialsTx, type PasswordHasher } from '#domain/credentials';
import { UNIT_OF_WORK, type UnitOfWork } from '#domain/kernel';
import { Client, inParallel, newEmail, newPhone, tally } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { auditOf, PASSWORD, select, withPassword } from './support/passwords.js';
import { expectProblem } from './support/problem.js';

describe('signing in with a password', () => {
  let gatehouse: Gatehouse;
  let client: Client;

  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const login = (identifier: string, password = PASSWORD, more: object = {}) =>
    client.post('auth/login', { identifier, password, ...more });

  /** All that a client can see of an answer, but what names this one request or moment. */
  const visible = ({ status, headers, body }: Response) => {
    const { 'x-request-id': _id, date: _date, ...rest } = headers;
    const { requestId, ...problem } = body;
    expect(requestId).toBeDefined();
    return { status, headers: rest, problem };
  };

  it('answers as a code does, and opens a session that says how', async () => {
    const { identifier, user } = await withPassword(client);
    const { body } = await login(identifier).expect(200);
    expect(body).toMatchObject({
      tokenType: 'Bearer',
      user: { id: user.id },
      session: { current: true, authenticationMethods: ['pwd'] },
      deviceToken: expect.stringMatching(/^ghd_/),
    });
    expect(await client.session(body.accessToken)).toBe(200);
    expect((await client.refresh(body.refreshToken)).status).toBe(200);
  });

  it('finds the account by each of its identifiers, however they are written', async () => {
    const { identifier, user, accessToken } = await withPassword(client);
    const phone = newPhone();
    await client.confirm(await client.requestToAdd(phone, accessToken), accessToken).expect(200);
    for (const written of [
      identifier.toUpperCase(),
      ` ${identifier}`,
      phone,
      phone.replace('+49', '+49 (0) '),
    ]) {
      expect((await login(written)).body.user.id).toBe(user.id);
    }
  });

  it('leaves a trace of each attempt', async () => {
    const { identifier, user } = await withPassword(client);
    await login(identifier, 'a wrong one').expect(401);
    await login(identifier).expect(200);
    expect((await auditOf(gatehouse, user.id)).slice(-3)).toEqual([
      'password.rejected',
      'password.verified',
      'session.opened',
    ]);
  });

  it('answers the same, after the same work, whether there is an account, a password or neither', async () => {
    const { identifier } = await withPassword(client);
    const withoutPassword = newEmail();
    await client.signIn(withoutPassword);
    const hasher = gatehouse.app.get<PasswordHasher>(PASSWORD_HASHER, { strict: false });
    const verify = hasher.verify.bind(hasher);
    let compared = 0;
    hasher.verify = (...given) => (compared++, verify(...given));
    const seen: unknown[] = [];
    for (const each of [identifier, withoutPassword, newEmail(), newPhone(), 'nobody-of-this-name']) {
      compared = 0;
      seen.push({ ...visible(await login(each, 'a wrong one')), compared });
    }
    hasher.verify = verify;
    expect(seen[0]).toMatchObject({ status: 401, problem: { code: 'invalid-credentials' }, compared: 1 });
    for (const other of seen) expect(other).toEqual(seen[0]);
  });

  it('tells only the owner that an account is deleted', async () => {
    const { identifier, accessToken } = await withPassword(client);
    await client.delete('users/me', accessToken).expect(204);
    expectProblem(await login(identifier, 'a wrong one'), 401, 'invalid-credentials');
    expectProblem(await login(identifier), 403, 'account-deleted');
  });

  it('never registers', async () => {
    const nobody = newEmail();
    await login(nobody).expect(401);
    const rows = await select(gatehouse, 'SELECT FROM gatehouse.user_identifiers WHERE value = $1', [nobody]);
    expect(rows).toEqual([]);
  });

  it.each([
    ['72 bytes in common', `${'violet walrus '.repeat(6)}one`, `${'violet walrus '.repeat(6)}two`],
    ['emoji', '🦉🐙🦊🐳🌵🍉🚲🎻🧊🪁🛶🎲', '🦉🐙🦊🐳🌵🍉🚲🎻🧊🪁🛶🎯'],
    [
      'quotes and markup',
      `'; DROP TABLE users; -- <script> \${7*7}`,
      `'; DROP TABLE users; -- <script> \${49}`,
    ],
    [
      '256 characters',
      `${'violet walrus paints 9 maps '.repeat(9)}ends`,
      'violet walrus paints 9 maps '.repeat(9),
    ],
  ])('takes a password with %s whole', async (_what, chosen, other) => {
    const { identifier } = await withPassword(client, chosen);
    await login(identifier, chosen).expect(200);
    await login(identifier, other).expect(401);
  });

  it.each<[string, object]>([
    ['a NUL', { password: 'violet\0walrus paints' }],
    ['a lone surrogate', { password: '\ud800 violet walrus' }],
    ['ten thousand characters', { password: 'x'.repeat(10_000) }],
    ['nothing', { password: '' }],
    ['no password', { password: undefined }],
    ['a list', { password: [PASSWORD] }],
    ['an object', { password: { $ne: '' } }],
    ['a number', { password: 123456789012 }],
    ['an unknown field', { userId: '00000000-0000-4000-8000-000000000000' }],
    ['roles of its own', { roles: ['admin'] }],
    ['a device token that is none', { deviceToken: 'a b' }],
  ])('refuses a request with %s', async (_what, change) => {
    const body = { identifier: newEmail(), password: PASSWORD, ...change };
    expectProblem(await client.post('auth/login', body), 400, 'validation-failed');
  });

  it('verifies and replaces a hash that was made elsewhere', async () => {
    const { identifier, user } = await withPassword(client);
    const foreign = PasswordHash.of(bcrypt.hashSync('from another system', 5));
    await gatehouse.app
      .get<UnitOfWork<CredentialsTx>>(UNIT_OF_WORK, { strict: false })
      .run(async ({ passwords }) => passwords.set(user.id, foreign, new Date()));
    const stored = async () =>
      (
        await select<{ hash: string }>(gatehouse, 'SELECT hash FROM gatehouse.passwords WHERE user_id = $1', [
          user.id,
        ])
      )[0]!.hash;
    await login(identifier, 'a wrong one').expect(401);
    expect(await stored()).toBe(foreign.expose());
    const answers = await inParallel(2, () => login(identifier, 'from another system'));
    expect(tally(answers)).toEqual({ 200: 2 });
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await login(identifier, 'from another system').expect(200);
  });

  it('keeps passwords and their hashes out of the log', async () => {
    const { identifier } = await withPassword(client);
    await login(identifier, 'a wrong one that nobody logs').expect(401);
    expect(gatehouse.log.join('\n')).not.toMatch(/violet walrus|nobody logs|\$argon2id/);
  });
});

describe('a storm of sign-ins', () => {
  let gatehouse: Gatehouse;
  let client: Client;

  beforeAll(async () => {
    // bcrypt, because it is slow enough for the queue to fill.
    gatehouse = await startGatehouse({
      env: { PASSWORD_HASHER: 'bcrypt', PASSWORD_HASHING_CONCURRENCY: '1', PASSWORD_HASHING_QUEUE: '2' },
    });
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  it('is refused where it would have to queue; other requests are served meanwhile', async () => {
    const { accessToken, identifier } = await withPassword(client);
    const state = { storming: true, served: 0 };
    const storm = inParallel(20, () =>
      client.post('auth/login', { identifier: newEmail(), password: PASSWORD }).then((response) => response),
    ).finally(() => (state.storming = false));
    while (state.storming) {
      expect(await client.session(accessToken)).toBe(200);
      state.served++;
    }
    const answers = await storm;
    expect(state.served).toBeGreaterThan(1);
    // Three find room at once; how many more do is a matter of how fast the machine is.
    const { 401: compared = 0, 503: refused = 0 } = tally(answers);
    expect(compared).toBeGreaterThanOrEqual(3);
    expect(refused).toBeGreaterThan(0);
    expect(compared + refused).toBe(20);
    for (const busy of answers.filter(({ status }) => status === 503)) {
      expectProblem(busy, 503, 'hashing-busy');
      expect(Number(busy.headers['retry-after'])).toBeGreaterThan(0);
    }
    await client.post('auth/login', { identifier, password: PASSWORD }).expect(200);
  });
});
