import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { days } from '#domain/kernel';
import { EraseExpiredRegistrations } from '#domain/credentials';
import { Client, newEmail, newPhone, tally, inParallel } from './support/client.js';
import type { Gatehouse } from './support/gatehouse.js';
import { startInstallation, type Installation } from './support/installation.js';
import { anAccount, OTHER_PASSWORD, PASSWORD, register } from './support/mailed-links.js';
import { expectProblem } from './support/problem.js';

let count = 0;
const newUsername = (): string => `person.${process.pid}.${++count}`;

describe('Registering with a password', () => {
  let installation: Installation;
  let gatehouse: Gatehouse;
  let client: Client;
  let plain: Client;
  let closed: Client;
  beforeAll(async () => {
    installation = await startInstallation(
      { LINK_SENDS: '100' },
      { LINK_SENDS: '3', REGISTRATION_ANSWERS: 'plain' },
      { SIGN_UP: 'closed' },
    );
    gatehouse = installation.instances[0]!;
    [client, plain, closed] = installation.instances.map((instance) => new Client(instance)) as [
      Client,
      Client,
      Client,
    ];
  });
  afterAll(() => installation.stop());

  const post = (fields: object, by = client) => by.post('auth/register', { password: PASSWORD, ...fields });
  const signIn = (identifier: string, password = PASSWORD) =>
    client.post('auth/login', { identifier, password });

  it('makes an account that is pending until the link in the mail is used', async () => {
    const email = newEmail();
    const fields = { username: 'Käthe.Kollwitz', displayName: 'Käthe Kollwitz', locale: 'de' };
    const { body } = await post({ email, ...fields }).expect(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      status: 'pending',
      email,
      username: 'käthe.kollwitz',
      displayName: 'Käthe Kollwitz',
      locale: 'de',
      createdAt: expect.any(String),
    });
    const unknown = await signIn(newEmail());
    expectProblem(unknown, 401);
    expectProblem(await signIn(email), 401, unknown.body.code);
    expect((await client.message(email, 'verify-email')).subject).toBe(
      'Bestätigen Sie Ihre Adresse für Gatehouse',
    );
  });

  it('is signed in to by address and by username, in any case', async () => {
    const [email, username] = [newEmail(), newUsername()];
    await anAccount(client, email, { username });
    for (const identifier of [email, email.toUpperCase(), username, username.toUpperCase()]) {
      const { body } = await signIn(identifier).expect(200);
      expect(body.user.identifiers).toMatchObject([
        { kind: 'email', value: email },
        { kind: 'username', value: username },
      ]);
    }
    expectProblem(await signIn(username, OTHER_PASSWORD), 401);
    expect((await client.message(email, 'welcome')).text).toContain('Your Gatehouse account is ready');
  });

  /** All that an answer shows, except what differs from one request to the next by chance. */
  const shapeOf = async (fields: { email: string }) => {
    const { status, headers, body } = await post(fields);
    const { id, createdAt, ...rest } = body;
    const shown = {
      ...rest,
      email: (rest.email as string).length,
      id: id.length,
      createdAt: createdAt.length,
    };
    return { status, headers: Object.keys(headers).sort(), length: headers['content-length'], body: shown };
  };

  it('answers the same for an address that has an account, whose owner is told by mail', async () => {
    const [known, unknown, byCode, deleted] = [newEmail(), newEmail(), newEmail(), newEmail()];
    await anAccount(client, known);
    await client.signIn(byCode);
    await client.delete('users/me', (await client.signIn(deleted)).accessToken).expect(204);
    const answer = await shapeOf({ email: unknown });
    expect(answer.status).toBe(201);
    for (const email of [known, byCode, deleted]) {
      expect(await shapeOf({ email })).toEqual(answer);
      const { text } = await client.message(email, 'already-registered');
      expect(text).not.toMatch(/https?:/);
      expect((await client.outbox(email)).filter(({ template }) => template === 'verify-email')).toHaveLength(
        email === known ? 1 : 0,
      );
    }
    expect((await signIn(known)).status).toBe(200);
  });

  it('tells of a taken address where the deployment chose plain answers, and then only', async () => {
    const email = newEmail();
    await client.signIn(email);
    expectProblem(await post({ email }, plain), 409, 'identifier-taken');
    await post({ email }).expect(201);
  });

  it('refuses a username that somebody has, however it is written', async () => {
    const username = newUsername();
    await anAccount(client, newEmail(), { username });
    const email = newEmail();
    expectProblem(await post({ email, username: username.toUpperCase() }), 409, 'username-taken');
    expect(await client.outbox(email)).toEqual([]);
  });

  it('gives a username to whoever proves an address first, and the other account none', async () => {
    const [first, second, username] = [newEmail(), newEmail(), newUsername()];
    const tokens = [
      await register(client, first, { username }),
      await register(client, second, { username }),
    ];
    const answers = await Promise.all(tokens.map((token) => client.post('auth/verify-email', { token })));
    expect(tally(answers)).toEqual({ 200: 2 });
    expect(new Set(answers.map(({ body }) => body.username as string | null))).toEqual(
      new Set([username, null]),
    );
    await signIn(username).expect(200);
  });

  it('never sends a code to a username, nor finds one where only an address will do', async () => {
    const username = newUsername();
    await anAccount(client, newEmail(), { username });
    for (const path of ['auth/login/init', 'auth/register', 'auth/password/forgot']) {
      expectProblem(await client.post(path, { identifier: username }), 400, 'invalid-identifier');
    }
  });

  describe('of somebody else’s address', () => {
    it('does not keep its owner out, and ends when the owner uses their own link', async () => {
      const email = newEmail();
      const theirs = await register(client, email, { password: OTHER_PASSWORD });
      const mine = await register(client, email);
      await client.post('auth/verify-email', { token: mine }).expect(200);
      expectProblem(await client.post('auth/verify-email', { token: theirs }), 401, 'link-invalid');
      await signIn(email).expect(200);
      expectProblem(await signIn(email, OTHER_PASSWORD), 401);
    });

    it('ends when the owner signs in with a code, and when they add the address to their account', async () => {
      const [fresh, added] = [newEmail(), newEmail()];
      const tokens = [await register(client, fresh), await register(client, added)];
      const { accessToken } = await client.signIn(fresh);
      await client.confirm(await client.requestToAdd(added, accessToken), accessToken).expect(200);
      for (const [i, email] of [fresh, added].entries()) {
        expectProblem(await client.post('auth/verify-email', { token: tokens[i]! }), 401, 'link-invalid');
        expectProblem(await signIn(email), 401);
      }
    });

    it('does not survive in numbers: the sixth drops the oldest', async () => {
      const email = newEmail();
      const tokens: string[] = [];
      for (let i = 0; i < 6; i++) tokens.push(await register(client, email));
      expectProblem(await client.post('auth/verify-email', { token: tokens[0]! }), 401, 'link-invalid');
      await client.post('auth/verify-email', { token: tokens[1]! }).expect(200);
    });

    it('cannot flood its mailbox', async () => {
      const email = newEmail();
      const answers = await inParallel(8, () => post({ email }, plain));
      expect(tally(answers)).toEqual({ 201: 3, 429: 5 });
      const throttled = answers.find(({ status }) => status === 429)!;
      expectProblem(throttled, 429, 'registration-throttled');
      expect(Number(throttled.headers['retry-after'])).toBe(900);
    });
  });

  it.each<[object, string]>([
    [{ roles: ['admin'] }, 'roles'],
    [{ status: 'active' }, 'status'],
    [{ id: '00000000-0000-4000-8000-000000000000' }, 'id'],
    [{ verifiedAt: '2026-01-01T00:00:00Z' }, 'verifiedAt'],
    [{ identifier: 'ada@example.com' }, 'email'],
    [{ password: 7 }, 'password'],
    [{ password: '' }, 'password'],
    [{ password: 'x'.repeat(1_025) }, 'password'],
    [{ username: ['ada'] }, 'username'],
  ])('takes its own fields and no others: %#', async (fields, field) => {
    const response = await post({ email: newEmail(), ...fields });
    expectProblem(response, 400, 'validation-failed');
    expect(response.body.errors).toContainEqual({ field, message: expect.any(String) });
  });

  it.each([
    ['a short password', { password: 'otter' }, 'password-too-short'],
    ['an address of another kind', { email: newPhone() }, 'invalid-identifier'],
    ['a malformed address', { email: 'ada@' }, 'invalid-identifier'],
    ['a username that is a number', { username: '4915112345678' }, 'invalid-username'],
    ['a username in disguise', { username: 'аdmin' }, 'invalid-username'],
  ])('refuses %s', async (_what, fields, code) => {
    expectProblem(await post({ email: newEmail(), ...fields }), 400, code);
  });

  it('is closed to everybody while sign-up is', async () => {
    const known = newEmail();
    await client.signIn(known);
    for (const email of [known, newEmail()]) {
      expectProblem(await post({ email }, closed), 403, 'sign-up-closed');
    }
  });

  it('leaves nothing of an account that nobody proved in time', async () => {
    const email = newEmail();
    await register(client, email);
    const erase = gatehouse.app.get(EraseExpiredRegistrations, { strict: false });
    await erase.execute();
    gatehouse.clock.advance(days(7));
    expect(await erase.execute()).toBeGreaterThan(0);
    expect(await erase.execute()).toBe(0);
    await post({ email }).expect(201);
  });
});
