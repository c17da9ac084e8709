import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client, inParallel, newEmail, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

const ids = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

describe('Sessions', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ env: { OTP_SENDS: '100' } });
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const signInTimes = async (times: number, person = client): Promise<SignedIn[]> => {
    const email = newEmail();
    const sessions: SignedIn[] = [];
    for (let i = 0; i < times; i++) sessions.push(await person.signIn(email));
    return sessions;
  };
  const live = (sessions: readonly SignedIn[], person = client): Promise<number[]> =>
    Promise.all(sessions.map(({ accessToken }) => person.session(accessToken)));

  it('end one at a time by signing out', async () => {
    const sessions = await signInTimes(2);
    await client.post('auth/logout', {}, sessions[0]!.accessToken).expect(204);
    expect(await live(sessions)).toEqual([401, 200]);
  });

  it('end by signing out without a body, too', async () => {
    const sessions = await signInTimes(1);
    const { accessToken } = sessions[0]!;
    await gatehouse.request().post('/api/v1/auth/logout').auth(accessToken, { type: 'bearer' }).expect(204);
    expect(await live(sessions)).toEqual([401]);
  });

  it('end all together by signing out everywhere', async () => {
    const sessions = await signInTimes(3);
    await client.post('auth/logout', { all: true }, sessions[0]!.accessToken).expect(204);
    expect(await live(sessions)).toEqual([401, 401, 401]);
  });

  it('end once when signed out in parallel, to everyone’s satisfaction', async () => {
    const [session] = await signInTimes(1);
    const answers = await inParallel(10, () => client.post('auth/logout', {}, session!.accessToken));
    for (const { status } of answers) expect([204, 401]).toContain(status);
    expect(answers.map(({ status }) => status)).toContain(204);
  });

  it('end all but this one', async () => {
    const sessions = await signInTimes(3);
    await client.delete('sessions', sessions[1]!.accessToken).expect(204);
    expect(await live(sessions)).toEqual([401, 200, 401]);
  });

  it('of other people cannot be seen or ended, nor told from ones that never were', async () => {
    const [mine] = await signInTimes(1);
    const theirs = await signInTimes(1);
    const others = await client.delete(`sessions/${theirs[0]!.session.id}`, mine!.accessToken);
    const nobodys = await client.delete(`sessions/${randomUUID()}`, mine!.accessToken);
    expectProblem(others, 404, 'session-not-found');
    expect({ ...others.body, requestId: '' }).toEqual({ ...nobodys.body, requestId: '' });
    expect(await live(theirs)).toEqual([200]);
    const listed = await client.get('sessions', mine!.accessToken);
    expect(ids(listed.body.items)).toEqual([mine!.session.id]);
  });

  it('cannot be ended twice', async () => {
    const [one, two] = await signInTimes(2);
    await client.delete(`sessions/${one!.session.id}`, two!.accessToken).expect(204);
    const again = await client.delete(`sessions/${one!.session.id}`, two!.accessToken);
    expectProblem(again, 404, 'session-not-found');
  });

  it('are listed newest first, in pages that hold together when one of them ends', async () => {
    const sessions = await signInTimes(5);
    const { accessToken } = sessions[4]!;
    const newestFirst = ids(sessions.map(({ session }) => session)).reverse();
    const page = async (query: object) =>
      (await client.get('sessions', accessToken).query(query)).body as {
        items: { id: string }[];
        nextCursor: string | null;
      };

    const first = await page({ limit: 2 });
    expect(ids(first.items)).toEqual(newestFirst.slice(0, 2));
    await client.delete(`sessions/${newestFirst[1]}`, accessToken).expect(204);
    const second = await page({ limit: 2, cursor: first.nextCursor });
    expect(ids(second.items)).toEqual(newestFirst.slice(2, 4));
    const third = await page({ limit: 2, cursor: second.nextCursor });
    expect(third).toMatchObject({ items: [{ id: newestFirst[4] }], nextCursor: null });
  });

  it.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', 'many'],
    ['limit', '1.5'],
    ['cursor', 'AAAA'],
    ['cursor', '../..'],
    ['offset', '1'],
  ])('are not listed by %s=%s', async (name, value) => {
    const [{ accessToken }] = (await signInTimes(1)) as [SignedIn];
    const response = await client.get('sessions', accessToken).query({ [name]: value });
    expectProblem(response, 400);
    expect(response.body.errors[0].field).toBe(name);
  });

  it.each([
    ['one', '1', [401, 401, 200]],
    ['two', '2', [401, 200, 200]],
    ['unlimited', 'unlimited', [200, 200, 200]],
  ])('are %s per person where that is the limit: the oldest gives way', async (_limit, perUser, expected) => {
    const own = await startGatehouse({ env: { SESSIONS_PER_USER: perUser } });
    try {
      const person = new Client(own);
      expect(await live(await signInTimes(3, person), person)).toEqual(expected);
    } finally {
      await own.stop();
    }
  });
});
