import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, newEmail, newPhone } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

describe('Registering', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  it('takes a name and a language, and writes in that language', async () => {
    const email = newEmail();
    const profile = { displayName: 'Käthe Kollwitz', locale: 'de' };
    const challenge = await client.requestCode(email, { path: 'auth/register', body: profile });
    const { subject, text, html } = await client.message(email, 'otp-code');
    expect(subject).toBe('Ihr Code für Gatehouse');
    for (const body of [text, html]) expect(body).toContain(challenge.code);

    const { body } = await client.verify(challenge).expect(200);
    expect(body.user).toMatchObject(profile);
    expect((await client.message(email, 'welcome')).html).toContain('Willkommen, Käthe Kollwitz');
  });

  it('again leaves the profile of the account alone', async () => {
    const email = newEmail();
    await client.signIn(email);
    const body = { displayName: 'Mallory' };
    const again = await client.requestCode(email, { path: 'auth/register', body });
    expect((await client.verify(again).expect(200)).body.user.displayName).toBeNull();
  });

  it('by phone sends an SMS, however the number is written', async () => {
    const phone = newPhone();
    const identifier = `${phone.slice(0, 3)} (${phone.slice(3, 6)}) ${phone.slice(6)}`;
    const { body } = await client.post('auth/register', { identifier }).expect(202);
    const { channel, subject, html, text, code } = await client.message(phone, 'otp-code');
    expect({ channel, subject, html }).toEqual({ channel: 'sms', subject: '', html: null });
    expect(text).toContain(code);
    const verified = await client.verify({ sessionId: body.sessionId, code: code! }).expect(200);
    expect(verified.body.user.identifiers).toMatchObject([{ kind: 'phone', value: phone }]);
  });

  it('leaves messages that scripts can read, newest first', async () => {
    const email = newEmail();
    await client.signIn(email);
    await client.message(email, 'welcome');
    gatehouse.clock.advance(1);
    const { code } = await client.requestCode(email);
    const messages = await client.outbox(email);
    expect(messages.map(({ template }) => template)).toEqual(['otp-code', 'welcome', 'otp-code']);
    expect(messages[0]).toEqual({
      id: expect.any(String),
      channel: 'email',
      to: email,
      template: 'otp-code',
      subject: expect.any(String),
      text: expect.stringContaining(code),
      html: expect.stringContaining(code),
      code,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(messages[1]!.code).toBeNull();
    const times = (await client.outbox()).map(({ createdAt }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });
});
