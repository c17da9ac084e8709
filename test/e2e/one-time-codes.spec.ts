import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { days } from '#domain/kernel';
import { Client, newEmail, newPhone, otherThan } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

describe('A one-time code', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ env: { OTP_MAX_WRONG_PER_DAY: '6', OTP_RESEND_DELAY: '30s' } });
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  it('is bound to the challenge that it was sent for', async () => {
    const [mine, theirs] = [await client.requestCode(newEmail()), await client.requestCode(newEmail())];
    const altered = `${mine.sessionId.slice(0, -2)}${mine.sessionId.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const sessionId of [theirs.sessionId, altered, 'x']) {
      expectProblem(await client.verify({ sessionId, code: mine.code }), 401, 'otp-invalid');
    }
    await client.verify(mine).expect(200);
  });

  it('cannot be replayed', async () => {
    const challenge = await client.requestCode(newPhone());
    await client.verify(challenge).expect(200);
    expectProblem(await client.verify(challenge), 401, 'otp-invalid');
  });

  it('is out of reach for the rest of the day after too many wrong guesses at several of them', async () => {
    const email = newEmail();
    for (let challenges = 0; challenges < 2; challenges++) {
      const { sessionId, code } = await client.requestCode(email);
      for (let i = 1; i <= 3; i++) await client.verify({ sessionId, code: otherThan(code, i) }).expect(401);
      gatehouse.clock.advance(30_000);
    }
    expectProblem(await client.verify(await client.requestCode(email)), 401, 'otp-exhausted');
    gatehouse.clock.advance(days(1));
    await client.verify(await client.requestCode(email)).expect(200);
  });

  it('is not sent again before the resend delay is over', async () => {
    const email = newEmail();
    await client.requestCode(email);
    const early = await client.post('auth/login/init', { identifier: email });
    expectProblem(early, 429, 'otp-throttled');
    gatehouse.clock.advance(Number(early.headers['retry-after']) * 1_000);
    await client.requestCode(email);
  });

  it('travels only by the channel that reaches the identifier', async () => {
    const ask = (identifier: string, channel: string) =>
      client.post('auth/login/init', { identifier, channel });
    expectProblem(await ask(newEmail(), 'sms'), 400, 'channel-unavailable');
    expectProblem(await ask(newPhone(), 'email'), 400, 'channel-unavailable');
    await ask(newEmail(), 'email').expect(202);
    await ask(newPhone(), 'sms').expect(202);
  });
});
