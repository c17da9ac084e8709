import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { minutes, seconds } from '#domain/kernel';
import { Client, inParallel, newEmail, newPhone, tally, until, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { anAccount, forgetPassword, OTHER_PASSWORD, PASSWORD, tokenIn } from './support/mailed-links.js';
import { expectProblem } from './support/problem.js';

const FRONT_END = 'https://app.example.test/account/new-password#token={token}';

describe('A forgotten password', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ env: { LINK_SENDS: '5' } });
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const forgot = (identifier: string) => client.post('auth/password/forgot', { identifier });
  const reset = (token: string, password = OTHER_PASSWORD) =>
    client.post('auth/password/reset', { token, password });
  const signIn = (identifier: string, password: string) =>
    client.post('auth/login', { identifier, password });
  const page = (token: string) => `/api/v1/auth/password/reset/${token}`;

  it('is replaced with the link in the mail; every session ends, none begins, and the owner is told', async () => {
    const email = newEmail();
    await anAccount(client, email);
    const sessions = [await client.signIn(email), (await signIn(email, PASSWORD).expect(200)).body];
    const { headers, text } = await reset(await forgetPassword(client, email)).expect(204);
    expect(headers['set-cookie']).toBeUndefined();
    expect(text).toBe('');

    gatehouse.clock.advance(seconds(1));
    for (const { accessToken, refreshToken } of sessions) {
      expect(await client.session(accessToken)).toBe(401);
      await client.refresh(refreshToken).expect(401);
    }
    expectProblem(await signIn(email, PASSWORD), 401);
    await signIn(email, OTHER_PASSWORD).expect(200);
    expect((await client.message(email, 'account-notice')).subject).toBe(
      'Your Gatehouse password was changed',
    );
  });

  it('is the first one for an account that was opened with a code', async () => {
    const email = newEmail();
    await client.signIn(email);
    await reset(await forgetPassword(client, email)).expect(204);
    await signIn(email, OTHER_PASSWORD).expect(200);
  });

  it('is answered the same for an address that has an account and for one that has none', async () => {
    const [known, unknown, pending, deleted] = [newEmail(), newEmail(), newEmail(), newEmail()];
    await anAccount(client, known);
    await client.post('auth/register', { email: pending, password: PASSWORD }).expect(201);
    await client.delete('users/me', (await client.signIn(deleted)).accessToken).expect(204);
    const answers = [];
    for (const email of [known, unknown, pending, deleted]) {
      const { status, headers, text } = await forgot(email);
      answers.push({ status, headers: Object.keys(headers).sort(), length: headers['content-length'], text });
    }
    expect(answers[0]).toMatchObject({ status: 202, text: '' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    await client.message(known, 'reset-password');
    await client.requestCode(newEmail());
    for (const email of [unknown, pending]) {
      expect((await client.outbox(email)).some(({ template }) => template === 'reset-password')).toBe(false);
    }
    const { text } = await client.message(deleted, 'reset-password');
    expectProblem(await reset(tokenIn({ text })), 401, 'link-invalid');
  });

  it('fills no mailbox, and the newest link stays good', async () => {
    const email = newEmail();
    await anAccount(client, email);
    expect(tally(await inParallel(12, () => forgot(email)))).toEqual({ 202: 12 });
    const mails = await until(async () => {
      const sent = (await client.outbox(email)).filter(({ template }) => template === 'reset-password');
      return sent.length >= 5 && sent;
    }, 'five mails');
    expect(mails).toHaveLength(5);
    const outcomes = await Promise.all(mails.map(({ text }) => reset(tokenIn({ text }))));
    expect(tally(outcomes)).toEqual({ 204: 1, 401: 4 });
  });

  describe('link', () => {
    it('works once, also for 20 who use it at the same time', async () => {
      const email = newEmail();
      await anAccount(client, email);
      const token = await forgetPassword(client, email);
      const answers = await inParallel(20, () => reset(token));
      expect(tally(answers)).toEqual({ 204: 1, 401: 19 });
    });

    it('works for half an hour and not a millisecond longer', async () => {
      const email = newEmail();
      await anAccount(client, email);
      const token = await forgetPassword(client, email);
      gatehouse.clock.advance(minutes(30));
      expectProblem(await reset(token), 401, 'link-expired');
      await signIn(email, PASSWORD).expect(200);
    });

    it('is replaced by the one that is mailed next', async () => {
      const email = newEmail();
      await anAccount(client, email);
      const older = await forgetPassword(client, email);
      const newer = await forgetPassword(client, email);
      expectProblem(await reset(older), 401, 'link-invalid');
      await reset(newer).expect(204);
    });

    it('to one address ends with a reset by another, and with the address itself', async () => {
      const [email, second] = [newEmail(), newEmail()];
      await anAccount(client, email);
      const { accessToken } = await client.signIn(email);
      const added = await client
        .confirm(await client.requestToAdd(second, accessToken), accessToken)
        .expect(200);
      const [byFirst, bySecond] = [await forgetPassword(client, email), await forgetPassword(client, second)];
      const removed = (added.body as SignedIn['user']).identifiers.find(({ value }) => value === email);
      await reset(bySecond).expect(204);
      expectProblem(await reset(byFirst), 401, 'link-invalid');

      const again = await forgetPassword(client, email);
      const { accessToken: next } = await client.signIn(second);
      await client.delete(`users/me/identifiers/${removed!.id}`, next).expect(204);
      const heir = await client.signIn(email);
      expectProblem(await reset(again), 401, 'link-invalid');
      expect(await client.session(heir.accessToken)).toBe(200);
    });

    it('outlives a password that will not do, and is not told from one that never was by it', async () => {
      const email = newEmail();
      await anAccount(client, email);
      const token = await forgetPassword(client, email);
      for (const either of [token, 'A'.repeat(64)]) {
        expectProblem(await reset(either, 'otter'), 400, 'password-too-short');
      }
      await reset(token).expect(204);
      expectProblem(await reset(token, 'otter'), 400, 'password-too-short');
    });

    it('is of no use elsewhere', async () => {
      const email = newEmail();
      await anAccount(client, email);
      const token = await forgetPassword(client, email);
      expectProblem(await client.post('auth/verify-email', { token }), 401, 'link-invalid');
      await reset(token).expect(204);
    });

    it('takes its own fields and no others', async () => {
      const body = { token: 'A'.repeat(64), password: OTHER_PASSWORD };
      for (const extra of [{ userId: 'x' }, { roles: ['admin'] }, { identifier: 'ada@example.com' }]) {
        expectProblem(
          await client.post('auth/password/reset', { ...body, ...extra }),
          400,
          'validation-failed',
        );
      }
    });
  });

  it('cannot be asked for by a number or a name', async () => {
    for (const identifier of [newPhone(), 'ada']) {
      expectProblem(await forgot(identifier), 400, 'invalid-identifier');
    }
  });

  it('is replaced on a page where no app has one of its own', async () => {
    const email = newEmail();
    await anAccount(client, email);
    const token = await forgetPassword(client, email);
    await gatehouse.request().head(page(token)).expect(200);
    const { text } = await gatehouse.request().get(page(token)).expect(200);
    expect(text).toContain('<input id="password" name="password" type="password" required');
    expect(text).not.toMatch(/<script|https?:|src=|href=/i);

    const post = (password: string) => gatehouse.request().post(page(token)).type('form').send({ password });
    const weak = await post('otter').expect(400);
    expect(weak.text).toContain('This password is too short.');
    expect(weak.text).toContain('<form method="post">');
    const done = await post(OTHER_PASSWORD).expect(200);
    expect(done.text).toContain('Password changed');
    const again = await post(PASSWORD).expect(401);
    expect(again.text).toContain('The link is not valid, or was used before.');
    await signIn(email, OTHER_PASSWORD).expect(200);
  });

  it('leads to the front end that is configured, whatever a request says of its host', async () => {
    const configured = await startGatehouse({ env: { RESET_PASSWORD_URL: FRONT_END } });
    try {
      const own = new Client(configured);
      const email = newEmail();
      await anAccount(own, email);
      await configured
        .request()
        .post('/api/v1/auth/password/forgot')
        .set({ host: 'evil.example', 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' })
        .send({ identifier: email })
        .expect(202);
      const { text, html } = await own.message(email, 'reset-password');
      expect(text).toMatch(/\nhttps:\/\/app\.example\.test\/account\/new-password#token=[\w-]{64}\n/);
      for (const part of [text, html!]) expect(part).not.toContain('evil');
    } finally {
      await configured.stop();
    }
  });

  it('unlocks what wrong passwords had locked', async () => {
    const email = newEmail();
    await anAccount(client, email);
    for (let i = 0; i < 30; i++) await signIn(email, 'wrong otter waltz 41');
    expect((await signIn(email, PASSWORD)).status).not.toBe(200);
    await reset(await forgetPassword(client, email)).expect(204);
    await signIn(email, OTHER_PASSWORD).expect(200);
  });
});
