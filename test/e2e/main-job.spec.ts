import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, newEmail, newPhone, until, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

describe('The main job', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  it('goes from a typed address to a revoked session', async () => {
    const [email, phone] = [newEmail(), newPhone()];
    const challenge = await client.requestCode(email, {
      path: 'auth/register',
      body: { identifier: ` ${email.toUpperCase()}`, displayName: ' Ada Lovelace ', locale: 'en-gb' },
    });
    const signedIn = await client.verify(challenge).set('user-agent', 'Walk/1').expect(200);
    expect(signedIn.body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      deviceToken: expect.any(String),
      tokenType: 'Bearer',
      expiresIn: 900,
      refreshToken: expect.stringMatching(/^[\w-]{60,}$/),
      user: {
        id: expect.any(String),
        displayName: 'Ada Lovelace',
        locale: 'en-GB',
        roles: ['user'],
        identifiers: [
          { id: expect.any(String), kind: 'email', value: email, verifiedAt: expect.any(String) },
        ],
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
      session: {
        id: expect.any(String),
        current: true,
        authenticationMethods: ['otp'],
        address: '127.0.0.1',
        userAgent: 'Walk/1',
        createdAt: expect.any(String),
        lastActiveAt: expect.any(String),
        expiresAt: expect.any(String),
      },
    });
    const first = signedIn.body as SignedIn;
    const { user, session } = signedIn.body;

    expect((await client.get('auth/session', first.accessToken).expect(200)).body).toEqual({
      session: {
        ...session,
        deviceId: expect.any(String),
        country: null,
        risk: { score: 0, reasons: [] },
        trust: { score: 55, level: 'medium' },
      },
      user: { id: user.id, roles: ['user'] },
    });
    expect((await client.get('auth/me', first.accessToken).expect(200)).body).toEqual(user);
    const refreshed = await client.refresh(first.refreshToken).expect(200);

    const added = await client.requestToAdd(phone, first.accessToken);
    const { body: account } = await client.confirm(added, first.accessToken).expect(200);
    expect(account.identifiers).toMatchObject([{ value: email }, { value: phone }]);

    const second = await client.signIn(phone);
    expect(second.user.id).toBe(user.id);
    expect((await client.get('sessions', second.accessToken)).body).toMatchObject({
      items: [
        { id: second.session.id, current: true },
        { id: session.id, current: false },
      ],
      nextCursor: null,
    });
    await client.delete(`sessions/${session.id}`, second.accessToken).expect(204);
    for (const { accessToken } of [first, refreshed.body]) {
      expectProblem(await client.get('auth/session', accessToken), 401, 'session-ended');
    }
    expectProblem(await client.refresh(refreshed.body.refreshToken), 401, 'invalid-refresh-token');
    expect(await client.session(second.accessToken)).toBe(200);
  });

  it('tells people what happens to their account', async () => {
    const email = newEmail();
    await client
      .verify(await client.requestCode(email))
      .set('user-agent', 'Known/1')
      .expect(200);
    await client.message(email, 'welcome');
    await client
      .verify(await client.requestCode(email))
      .set('user-agent', 'Known/1')
      .expect(200);
    await client
      .verify(await client.requestCode(email))
      .set('user-agent', 'Unknown/1')
      .expect(200);
    const notice = await client.message(email, 'new-sign-in');
    expect(notice.text).toContain('Unknown/1');
    const templates = (await client.outbox(email)).map(({ template }) => template);
    expect(templates.filter((template) => template === 'new-sign-in')).toHaveLength(1);
  });

  it('speaks the language that the client asks for', async () => {
    const email = newEmail();
    const ask = client.post('auth/login/init', { identifier: email });
    await ask.set('accept-language', 'de-AT,de;q=0.9,en;q=0.5').expect(202);
    expect((await client.message(email, 'otp-code')).text).toMatch(/Ihr|dein|Code lautet/i);
  });

  it('shows its messages to a developer as they would be read, and to a script', async () => {
    const email = newEmail();
    const { code } = await client.requestCode(email);
    const [message] = await client.outbox(email);
    expect(message).toEqual({
      id: expect.any(String),
      channel: 'email',
      to: email,
      template: 'otp-code',
      subject: expect.any(String),
      text: expect.stringContaining(code),
      html: expect.stringContaining(code),
      code,
      createdAt: expect.any(String),
    });
    const page = await gatehouse.request().get('/dev/outbox').query({ to: email }).expect(200);
    expect(page.text).toContain(code);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'/);
    await until(async () => (await client.outbox()).length > 0, 'everybody’s messages');
  });
});
