import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { minutes, seconds } from '#domain/kernel';
import { Client, inParallel, newEmail, otherThan, tally } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

describe('A one-time code', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const init = (identifier: string) => client.post('auth/login/init', { identifier });

  it('is spent once by 50 who present it at the same moment', async () => {
    const challenge = await client.requestCode(newEmail());
    const answers = await inParallel(50, () => client.verify(challenge));
    expect(tally(answers)).toEqual({ 200: 1, 401: 49 });
    const { accessToken } = answers.find(({ status }) => status === 200)!.body;
    expect((await client.get('sessions', accessToken)).body.items).toHaveLength(1);
  });

  it('is of no use after 50 guesses at the same moment', async () => {
    const { sessionId, code } = await client.requestCode(newEmail());
    const guesses = await inParallel(50, (i) => client.verify({ sessionId, code: otherThan(code, i + 1) }));
    expect(tally(guesses)).toEqual({ 401: 50 });
    const codes = guesses.map(({ body }) => body.code as string);
    expect(codes.filter((answered) => answered === 'otp-invalid')).toHaveLength(5);
    expect((await client.verify({ sessionId, code }).expect(401)).body.code).toBe('otp-exhausted');
  });

  it('may be mistyped four times', async () => {
    const { sessionId, code } = await client.requestCode(newEmail());
    for (let i = 1; i <= 4; i++) await client.verify({ sessionId, code: otherThan(code, i) }).expect(401);
    await client.verify({ sessionId, code }).expect(200);
  });

  it('is replaced by the next one', async () => {
    const email = newEmail();
    const older = await client.requestCode(email);
    const newer = await client.requestCode(email);
    for (const sessionId of [older.sessionId, newer.sessionId]) {
      expect((await client.verify({ sessionId, code: older.code }).expect(401)).body.code).toBe(
        'otp-invalid',
      );
    }
    await client.verify({ sessionId: older.sessionId, code: newer.code }).expect(401);
    await client.verify(newer).expect(200);
  });

  it('is good for two minutes', async () => {
    const [early, late] = [await client.requestCode(newEmail()), await client.requestCode(newEmail())];
    gatehouse.clock.advance(seconds(100));
    await client.verify(early).expect(200);
    gatehouse.clock.advance(seconds(20));
    expect((await client.verify(late).expect(401)).body.code).toBe('otp-expired');
  });

  it('is sent three times in ten minutes, also when asked for 20 times at the same moment', async () => {
    const email = newEmail();
    const answers = await inParallel(20, () => init(email));
    expect(tally(answers)).toEqual({ 202: 3, 429: 17 });
    for (const refused of answers.filter(({ status }) => status === 429)) {
      expect(refused.body.code).toBe('otp-throttled');
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(590);
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(600);
    }
    await init(newEmail()).expect(202);
  });

  it('is sent a sixth time as soon as the window has moved on, and not a seventh', async () => {
    const email = newEmail();
    for (let i = 0; i < 3; i++) await init(email).expect(202);
    const { headers } = await init(email).expect(429);
    gatehouse.clock.advance(seconds(Number(headers['retry-after'])));
    for (let i = 0; i < 3; i++) await init(email).expect(202);
    await init(email).expect(429);
    gatehouse.clock.advance(minutes(10));
    await init(email).expect(202);
  });

  it('that adds an identifier signs nobody in, and the other way round', async () => {
    const [mine, theirs] = [await client.signIn(newEmail()), await client.signIn(newEmail())];
    const email = newEmail();
    const toAdd = await client.requestToAdd(email, mine.accessToken);
    expect((await client.verify(toAdd).expect(401)).body.code).toBe('otp-invalid');
    expect((await client.confirm(toAdd, theirs.accessToken).expect(401)).body.code).toBe('otp-invalid');
    await client.confirm(toAdd, mine.accessToken).expect(200);

    const toSignIn = await client.requestCode(newEmail());
    expect((await client.confirm(toSignIn, mine.accessToken).expect(401)).body.code).toBe('otp-invalid');
    await client.verify(toSignIn).expect(200);
  });

  it('makes one holder of an identifier that two accounts claim at the same moment', async () => {
    const claimants = [await client.signIn(newEmail()), await client.signIn(newEmail())];
    const email = newEmail();
    const claims: Awaited<ReturnType<Client['requestToAdd']>>[] = [];
    for (const { accessToken } of claimants) claims.push(await client.requestToAdd(email, accessToken));
    // The second request replaced the first code, so the race is for a code that only one of them can spend.
    const answers = await inParallel(20, (i) =>
      client.confirm(claims[i % 2]!, claimants[i % 2]!.accessToken),
    );
    expect(tally(answers)).toEqual({ 200: 1, 401: 19 });
    const late = await client.requestToAdd(email, claimants[0]!.accessToken);
    expect((await client.confirm(late, claimants[0]!.accessToken).expect(409)).body.code).toBe(
      'identifier-taken',
    );
  });
});
