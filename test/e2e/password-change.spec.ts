import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { minutes } from '#domain/kernel';
import { Client, inParallel, newEmail, tally, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { auditOf, PASSWORD, withPassword } from './support/passwords.js';
import { expectProblem } from './support/problem.js';

const NEW = 'seven brisk otters hum';

describe('changing the password', () => {
  let gatehouse: Gatehouse;
  let client: Client;

  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
    // Waits after wrong guesses must not end while a slow machine is still guessing.
    gatehouse.clock.stop();
  });
  afterAll(() => gatehouse.stop());

  const login = (identifier: string, password = PASSWORD) =>
    client.post('auth/login', { identifier, password });
  const change = (token: string, newPassword: unknown, currentPassword?: unknown) =>
    client.post(
      'users/password/change',
      { newPassword, ...(currentPassword !== undefined && { currentPassword }) },
      token,
    );

  it('ends every other session and keeps this one', async () => {
    const { identifier, user } = await withPassword(client);
    const mine = (await login(identifier)).body as SignedIn;
    const other = (await login(identifier)).body as SignedIn;
    await change(mine.accessToken, NEW, PASSWORD).expect(204);
    expect(await client.session(mine.accessToken)).toBe(200);
    expect(await client.session(other.accessToken)).toBe(401);
    expectProblem(await client.refresh(other.refreshToken), 401, 'invalid-refresh-token');
    expectProblem(await login(identifier), 401, 'invalid-credentials');
    await login(identifier, NEW).expect(200);
    expect(await auditOf(gatehouse, user.id)).toEqual(
      expect.arrayContaining(['password.changed', 'session.revoked']),
    );
  });

  it('needs the current password once the sign-in is no longer fresh', async () => {
    const { accessToken, identifier } = await withPassword(client);
    gatehouse.clock.advance(minutes(6));
    expectProblem(await change(accessToken, NEW), 403, 'reauthentication-required');
    expectProblem(await change(accessToken, NEW, 'a wrong one'), 403, 'wrong-current-password');
    await login(identifier).expect(200);
    await change(accessToken, NEW, PASSWORD).expect(204);
  });

  it('takes a refreshed session for no fresher than its sign-in', async () => {
    const { refreshToken } = await withPassword(client);
    gatehouse.clock.advance(minutes(6));
    const { accessToken } = (await client.refresh(refreshToken).expect(200)).body;
    expectProblem(await change(accessToken, NEW), 403, 'reauthentication-required');
  });

  it('gives a stolen token few guesses, and the owner all of theirs', async () => {
    const { accessToken, identifier } = await withPassword(client);
    expect(tally(await inParallel(30, () => change(accessToken, NEW, 'a wrong one')))).toEqual({
      403: 3,
      429: 27,
    });
    await login(identifier).expect(200);
  });

  it('lets one of several parallel changes with one current password win', async () => {
    const { accessToken, identifier } = await withPassword(client);
    const answers = await inParallel(2, (i) => change(accessToken, `${NEW} ${i}`, PASSWORD));
    expect(tally(answers)).toEqual({ 204: 1, 403: 1 });
    const winner = answers.findIndex(({ status }) => status === 204);
    await login(identifier, `${NEW} ${winner}`).expect(200);
  });

  it.each([
    ['short', 'violet walr', 'password-too-short'],
    ['long', 'violet walrus '.repeat(20), 'password-too-long'],
    ['easy to guess', 'password1234', 'password-too-weak'],
    ['repeated', 'aaaaaaaaaaaaaaaaaaaaaaaa', 'password-too-weak'],
  ])('refuses one that is too %s', async (_what, password, code) => {
    const { accessToken } = await client.signIn(newEmail());
    expectProblem(await change(accessToken, password), 400, code);
  });

  it("refuses the owner's own address", async () => {
    const { accessToken, user } = await client.signIn(newEmail());
    expectProblem(await change(accessToken, user.identifiers[0]!.value), 400, 'password-too-weak');
  });

  it.each<[string, unknown]>([
    ['a NUL', 'violet\0walrus paints'],
    ['a lone surrogate', '\udfff violet walrus paints'],
    ['ten thousand characters', 'x'.repeat(10_000)],
    ['nothing', ''],
    ['a list', [NEW]],
    ['null', null],
  ])('refuses %s', async (_what, password) => {
    const { accessToken } = await client.signIn(newEmail());
    expectProblem(await change(accessToken, password), 400, 'validation-failed');
  });

  it('is for nobody but who is signed in, and for no other account', async () => {
    expectProblem(await client.post('users/password/change', { newPassword: NEW }), 401);
    const { accessToken, user } = await client.signIn(newEmail());
    const body = { newPassword: NEW, userId: user.id };
    expectProblem(await client.post('users/password/change', body, accessToken), 400, 'validation-failed');
  });
});

describe('the policy of a deployment', () => {
  let gatehouse: Gatehouse;
  let peer: Server | undefined;

  afterEach(async () => {
    await gatehouse.stop();
    peer?.closeAllConnections();
    peer?.close();
    peer = undefined;
  });

  const changeUnder = async (env: Readonly<Record<string, string>>, newPassword: string) => {
    gatehouse = await startGatehouse({ env });
    const client = new Client(gatehouse);
    const { accessToken } = await client.signIn(newEmail());
    return client.post('users/password/change', { newPassword }, accessToken);
  };

  it('may ask for the classic set of characters', async () => {
    const response = await changeUnder({ PASSWORD_COMPOSITION: 'classic' }, NEW);
    expectProblem(response, 400, 'password-composition');
  });

  it('may have breached passwords looked up, without telling which', async () => {
    const hash = createHash('sha1').update(NEW).digest('hex').toUpperCase();
    const asked: string[] = [];
    peer = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(`${hash.slice(5)}:3\r\n`);
    });
    await new Promise<void>((resolve) => peer!.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(peer.address() as AddressInfo).port}`;
    const env = { PASSWORD_BREACH_CHECK: 'api', BREACHED_PASSWORDS_URL: url };
    expectProblem(await changeUnder(env, NEW), 400, 'password-breached');
    expect(asked).toEqual([`/range/${hash.slice(0, 5)}`]);
  });

  it('accepts a password unchecked, and logs it, where the lookup does not answer', async () => {
    const env = { PASSWORD_BREACH_CHECK: 'api', BREACHED_PASSWORDS_URL: 'http://127.0.0.1:1' };
    expect((await changeUnder(env, NEW)).status).toBe(204);
    expect(gatehouse.log.join('\n')).toContain('A password was accepted unchecked');
  });
});
