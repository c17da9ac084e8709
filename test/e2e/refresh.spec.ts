import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { days, seconds } from '#domain/kernel';
import { Client, inParallel, newEmail, tally } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

describe('Refreshing a session', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const refused = async (refreshToken: string): Promise<void> =>
    expectProblem(await client.refresh(refreshToken), 401, 'invalid-refresh-token');

  it('gives new tokens for the same session', async () => {
    const first = await client.signIn(newEmail());
    const second = (await client.refresh(first.refreshToken).expect(200)).body;
    expect(second.session.id).toBe(first.session.id);
    expect(await client.session(second.accessToken)).toBe(200);
    const third = (await client.refresh(second.refreshToken).expect(200)).body;
    expect(new Set([first.refreshToken, second.refreshToken, third.refreshToken]).size).toBe(3);
  });

  it('gives parallel repeats one and the same successor', async () => {
    const { refreshToken } = await client.signIn(newEmail());
    const answers = await inParallel(20, () => client.refresh(refreshToken));
    expect(tally(answers)).toEqual({ 200: 20 });
    expect(new Set(answers.map(({ body }) => body.refreshToken as string)).size).toBe(1);
  });

  it('ends the session for both holders when a spent token comes back after the grace', async () => {
    const stolen = await client.signIn(newEmail());
    const rightful = (await client.refresh(stolen.refreshToken).expect(200)).body;
    gatehouse.clock.advance(seconds(11));
    await refused(stolen.refreshToken);
    await refused(rightful.refreshToken);
    expect(await client.session(rightful.accessToken)).toBe(401);
  });

  it('ends the session when the token before the last comes back, however soon', async () => {
    const first = await client.signIn(newEmail());
    const second = (await client.refresh(first.refreshToken).expect(200)).body;
    const third = (await client.refresh(second.refreshToken).expect(200)).body;
    await refused(first.refreshToken);
    await refused(third.refreshToken);
  });

  it('leaves the other sessions of the account alone when one was stolen', async () => {
    const email = newEmail();
    const [stolen, other] = [await client.signIn(email), await client.signIn(email)];
    await client.refresh(stolen.refreshToken).expect(200);
    gatehouse.clock.advance(seconds(11));
    await refused(stolen.refreshToken);
    await client.refresh(other.refreshToken).expect(200);
  });

  it.each([
    ['forged', (token: string) => `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`],
    ['cut', (token: string) => token.slice(0, -1)],
    ['invented', () => 'ghr_AAAA'],
  ])('takes no %s token, and harms nobody by it', async (_how, change) => {
    const { refreshToken } = await client.signIn(newEmail());
    await refused(change(refreshToken));
    await client.refresh(refreshToken).expect(200);
  });

  it('slides the end of the session, up to its absolute end', async () => {
    const env = { SESSION_IDLE_LIFETIME: '10d', SESSION_ABSOLUTE_LIFETIME: '15d' };
    const own = await startGatehouse({ env });
    try {
      const person = new Client(own);
      const { refreshToken } = await person.signIn(newEmail());
      own.clock.advance(days(9));
      const slid = await person.refresh(refreshToken).expect(200);
      own.clock.advance(days(5));
      const last = await person.refresh(slid.body.refreshToken).expect(200);
      own.clock.advance(days(1));
      await person.refresh(last.body.refreshToken).expect(401);
    } finally {
      await own.stop();
    }
  });

  it('comes too late for a session that nobody used', async () => {
    const own = await startGatehouse({ env: { SESSION_IDLE_LIFETIME: '1d' } });
    try {
      const person = new Client(own);
      const { refreshToken } = await person.signIn(newEmail());
      own.clock.advance(days(1));
      await person.refresh(refreshToken).expect(401);
    } finally {
      await own.stop();
    }
  });
});
