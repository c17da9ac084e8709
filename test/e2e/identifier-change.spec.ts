import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client, newEmail, newPhone } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { anAccount, PASSWORD } from './support/mailed-links.js';
import { expectProblem } from './support/problem.js';

describe('Changing an address', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ env: { OTP_SENDS: '10' } });
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const request = (identifier: string, replaces: unknown, token: string) =>
    client.requestCode(identifier, { path: 'users/me/identifiers', body: { replaces }, token });

  it.each([
    ['an address', newEmail],
    ['a number', newPhone],
  ])('for %s takes effect when the new one is proved, and tells the old one', async (_what, next) => {
    const [old, wanted] = [newEmail(), next()];
    const { accessToken, user } = await client.signIn(old);
    const replaced = user.identifiers[0]!;
    const challenge = await request(wanted, replaced.id, accessToken);
    expect((await client.get('users/me', accessToken)).body.identifiers).toEqual(user.identifiers);

    const { body } = await client.confirm(challenge, accessToken).expect(200);
    expect(body.identifiers).toMatchObject([{ value: wanted }]);
    expect((await client.message(old, 'account-notice')).subject).toMatch(/contact was (added|removed)/);
    expect((await client.signIn(wanted)).user.id).toBe(user.id);
    expect((await client.signIn(old)).user.id).not.toBe(user.id);
  });

  it('leaves the password and the sessions alone', async () => {
    const [old, wanted] = [newEmail(), newEmail()];
    await anAccount(client, old);
    const login = (identifier: string) => client.post('auth/login', { identifier, password: PASSWORD });
    const { accessToken, user } = (await login(old).expect(200)).body;
    await client.confirm(await request(wanted, user.identifiers[0].id, accessToken), accessToken).expect(200);
    expect(await client.session(accessToken)).toBe(200);
    await login(wanted).expect(200);
    expectProblem(await login(old), 401);
  });

  it('is not made of what is no identifier of the account', async () => {
    const { accessToken } = await client.signIn(newEmail());
    const other = await client.signIn(newEmail());
    for (const replaces of [randomUUID(), other.user.identifiers[0]!.id]) {
      const challenge = await request(newEmail(), replaces, accessToken);
      expectProblem(await client.confirm(challenge, accessToken), 404, 'identifier-not-found');
    }
    const malformed = await client.post(
      'users/me/identifiers',
      { identifier: newEmail(), replaces: 'first' },
      accessToken,
    );
    expectProblem(malformed, 400, 'validation-failed');
    expect((await client.get('users/me', other.accessToken)).body.identifiers).toHaveLength(1);
  });
});
