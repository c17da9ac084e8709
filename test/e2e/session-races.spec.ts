import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { days, minutes, seconds } from '#domain/kernel';
import { EraseDeletedAccounts } from '#domain/identity';
import { Client, inParallel, newEmail, tally, until, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { startInstallation, type Installation } from './support/installation.js';

describe('A limit of two sessions', () => {
  it('holds against ten sign-ins at the same moment, by ten identifiers of one account', async () => {
    const gatehouse = await startGatehouse({ env: { SESSIONS_PER_USER: '2' } });
    try {
      const client = new Client(gatehouse);
      const emails = Array.from({ length: 10 }, newEmail);
      const { accessToken } = await client.signIn(emails[0]!);
      for (const email of emails.slice(1)) {
        await client.confirm(await client.requestToAdd(email, accessToken), accessToken).expect(200);
      }
      const challenges = await inParallel(10, (i) => client.requestCode(emails[i]!));
      const answers = await inParallel(10, (i) => client.verify(challenges[i]!));
      expect(tally(answers)).toEqual({ 200: 10 });
      const all = answers.map(({ body }) => body as SignedIn);
      const states = await inParallel(10, (i) => client.get('auth/session', all[i]!.accessToken));
      expect(tally(states)).toEqual({ 200: 2, 401: 8 });
      const live = all[states.findIndex(({ status }) => status === 200)]!;
      expect((await client.get('sessions', live.accessToken)).body.items).toHaveLength(2);
    } finally {
      await gatehouse.stop();
    }
  });
});

describe('An account', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  it('is deleted once, also when asked to ten times at the same moment', async () => {
    const { accessToken } = await client.signIn(newEmail());
    const answers = await inParallel(10, () => client.delete('users/me', accessToken));
    expect(tally(answers)).toEqual({ 204: 1, 401: 9 });
  });

  it('that was deleted keeps its identifier from everybody until it is erased', async () => {
    const email = newEmail();
    const me = await client.signIn(email);
    await client.delete('users/me', me.accessToken).expect(204);
    const refusal = await client.verify(await client.requestCode(email)).expect(403);
    expect(refusal.body.code).toBe('account-deleted');
    const stranger = await client.signIn(newEmail());
    const claim = await client.requestToAdd(email, stranger.accessToken);
    await client.confirm(claim, stranger.accessToken).expect(409);

    const erase = gatehouse.app.get(EraseDeletedAccounts, { strict: false });
    gatehouse.clock.advance(days(29));
    await erase.execute();
    expect((await client.verify(await client.requestCode(email)).expect(403)).body.code).toBe(
      'account-deleted',
    );
    gatehouse.clock.advance(days(1));
    expect(await erase.execute()).toBeGreaterThan(0);
    expect((await client.signIn(email)).user.id).not.toBe(me.user.id);
  });
});

describe('Two instances on one database', () => {
  let installation: Installation;
  let a: Gatehouse;
  let b: Gatehouse;
  beforeAll(async () => {
    installation = await startInstallation({}, {});
    [a, b] = installation.instances as [Gatehouse, Gatehouse];
  });
  afterAll(() => installation.stop());

  it('take each other’s codes and tokens', async () => {
    const [onA, onB] = [new Client(a), new Client(b)];
    const { accessToken, refreshToken } = (await onB.verify(await onA.requestCode(newEmail())).expect(200))
      .body;
    expect(await onA.session(accessToken)).toBe(200);
    const refreshed = (await onA.refresh(refreshToken).expect(200)).body;
    expect(await onB.session(refreshed.accessToken)).toBe(200);
    expect((await onB.refresh(refreshToken).expect(200)).body.refreshToken).toBe(refreshed.refreshToken);
  });

  const ways: [string, (client: Client, person: SignedIn) => PromiseLike<unknown>][] = [
    [
      'is revoked',
      (client, { session, accessToken }) => client.delete(`sessions/${session.id}`, accessToken).expect(204),
    ],
    [
      'logs out everywhere',
      (client, { accessToken }) => client.post('auth/logout', { all: true }, accessToken).expect(204),
    ],
    [
      'is deleted with its account',
      (client, { accessToken }) => client.delete('users/me', accessToken).expect(204),
    ],
  ];
  it.each(ways)('refuse within a second a session that %s on the other', async (_way, end) => {
    const [onA, onB] = [new Client(a), new Client(b)];
    const person = await onA.signIn(newEmail());
    for (const client of [onA, onB]) expect(await client.session(person.accessToken)).toBe(200);
    await end(onA, person);
    for (const instance of [a, b]) instance.clock.advance(seconds(1));
    for (const client of [onA, onB]) expect(await client.session(person.accessToken)).toBe(401);
    await onB.refresh(person.refreshToken).expect(401);
  });

  it('note when a session was last used', async () => {
    const client = new Client(a);
    const { accessToken } = await client.signIn(newEmail());
    a.clock.advance(minutes(5));
    await client.get('auth/session', accessToken).expect(200);
    await until(async () => {
      const [session] = (await client.get('sessions', accessToken).expect(200)).body.items;
      return Date.parse(session.lastActiveAt) - Date.parse(session.createdAt) >= minutes(5);
    }, 'the note of its use');
  });
});
