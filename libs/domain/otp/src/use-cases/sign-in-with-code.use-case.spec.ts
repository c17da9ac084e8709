import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemorySessionStore, InMemoryUnitOfWork } from '#adapters/memory';
import type { Identifier } from '#domain/identity';
import { anEmail, aPhone, aUser } from '#domain/identity/testing';
import { minutes } from '#domain/kernel';
import { at, inParallel, outcomeOf, tally } from '#domain/kernel/testing';
import { aLaxOtpPolicy, OtpFixture, type OtpFixtureOptions, type ReceivedCode } from '#domain/otp/testing';
import { aSessionPolicy } from '#domain/session/testing';

const WRONG = '000000';

describe('SignInWithCode', () => {
  let database: InMemoryDatabase;
  let fixture: OtpFixture;
  let identifier: Identifier;

  const setUp = (options?: OtpFixtureOptions) => {
    database = new InMemoryDatabase();
    fixture = new OtpFixture(new InMemoryUnitOfWork(database), options);
  };
  beforeEach(() => {
    setUp();
    identifier = anEmail();
  });

  const insert = async (user = aUser()) => {
    await new InMemoryUnitOfWork(database).run(async ({ accounts }) => accounts.insert(user));
    identifier = user.identifiers[0]!.identifier;
    return user;
  };
  const outcome = (received: ReceivedCode) => outcomeOf(fixture.verify(received));
  /** What was recorded since the code was requested. */
  const audited = () => database.tables.audit.filter(({ action }) => action !== 'otp.requested');

  it('makes an account for a new identifier, with the profile of the request, and signs it in', async () => {
    const { user, session, ...grant } = await fixture.verify(await fixture.request(identifier));
    expect(user.state).toMatchObject({
      profile: { displayName: 'Grace', locale: 'de' },
      identifiers: [{ identifier, verifiedAt: at(0) }],
    });
    expect(session.userId).toBe(user.id);
    expect(await new InMemorySessionStore(database).findWithRoles(user.id, session.id)).not.toBeNull();
    expect(grant.expiresIn).toBe(900);
    expect(grant.refreshToken.expose()).toBe(`refresh ${user.id} ${session.id} 0`);
    expect(grant.accessToken.expose()).toContain(session.id);
  });

  it('signs in to the account that holds the identifier, and leaves its profile alone', async () => {
    const held = await insert();
    const { user } = await fixture.verify(await fixture.request(identifier));
    expect(user.state).toEqual(held.state);
    expect(database.tables.users).toHaveLength(1);
  });

  it('leaves exactly these audit rows for a registration, and then for a sign-in', async () => {
    const first = await fixture.signIn(identifier);
    const second = await fixture.signIn(identifier);
    const { id: userId } = first.user;
    const about = { result: 'success', origin: fixture.origin };
    const registered = { ...about, occurredAt: at(minutes(5)) };
    const signedIn = { ...about, occurredAt: at(minutes(10)) };
    const byUser = { actorId: userId, userId };
    expect(audited()).toEqual([
      { ...registered, action: 'otp.verified', metadata: { kind: 'email' } },
      { ...registered, ...byUser, action: 'user.registered', metadata: { method: 'otp', kind: 'email' } },
      {
        ...registered,
        ...byUser,
        action: 'session.opened',
        sessionId: first.session.id,
        metadata: expect.objectContaining({ method: 'otp' }),
      },
      { ...signedIn, userId, action: 'otp.verified', metadata: { kind: 'email' } },
      {
        ...signedIn,
        ...byUser,
        action: 'session.opened',
        sessionId: second.session.id,
        metadata: expect.objectContaining({ method: 'otp' }),
      },
    ]);
  });

  it('records where a phone is from, with a code that was wrong and with the one that was right', async () => {
    const received = await fixture.request(aPhone());
    await outcome({ ...received, code: WRONG });
    await fixture.verify(received);
    const metadata = { kind: 'phone', callingCode: '+1' };
    expect(audited().slice(0, 2)).toMatchObject([
      { action: 'otp.rejected', metadata },
      { action: 'otp.verified', metadata },
    ]);
  });

  it('knows the device again by the token that it answered with, and how often somebody guessed', async () => {
    const first = await fixture.signIn(identifier);
    fixture.clock.advance(minutes(5));
    const received = await fixture.request(identifier);
    for (let i = 0; i < 4; i++) await outcome({ ...received, code: WRONG });
    const deviceToken = first.deviceToken.expose();
    const { origin } = fixture;
    const second = await fixture.signInWithCode.execute({ ...received, deviceToken, origin });
    expect(second.deviceToken.expose()).toBe(deviceToken);
    expect(second.session.state.deviceId).toBe(first.session.state.deviceId);
    expect(second.session.state.risk.reasons).toEqual(['failed-attempts']);
  });

  it('spends a code once under 50 parallel calls, for one account and one session', async () => {
    const received = await fixture.request(identifier);
    const outcomes = await inParallel(50, () => outcome(received));
    expect(tally(outcomes)).toEqual({ done: 1, 'otp-invalid': 49 });
    expect(database.tables.users).toHaveLength(1);
    expect(database.tables.sessions).toHaveLength(1);
  });

  it('counts a wrong code, on record with its reason, and refuses the right one after five', async () => {
    const user = await insert();
    const received = await fixture.request(identifier);
    for (let i = 0; i < 5; i++) expect(await outcome({ ...received, code: WRONG })).toBe('otp-invalid');
    expect(await outcome(received)).toBe('otp-exhausted');
    expect(audited().map(({ reason }) => reason)).toEqual([
      ...Array<string>(5).fill('otp-invalid'),
      'otp-exhausted',
    ]);
    expect(audited()[0]).toEqual({
      action: 'otp.rejected',
      result: 'failure',
      occurredAt: at(0),
      origin: fixture.origin,
      userId: user.id,
      reason: 'otp-invalid',
      metadata: { kind: 'email' },
    });
    expect(database.tables.sessions).toEqual([]);
  });

  it('compares no more than five of 50 parallel guesses', async () => {
    const received = await fixture.request(identifier);
    const outcomes = await inParallel(50, () => outcome({ ...received, code: WRONG }));
    expect(tally(outcomes)).toEqual({ 'otp-invalid': 5, 'otp-exhausted': 45 });
  });

  it('refuses a code when its time is over, on record', async () => {
    const received = await fixture.request(identifier);
    fixture.clock.advance(minutes(2));
    expect(await outcome(received)).toBe('otp-expired');
    expect(audited().map(({ action, reason }) => [action, reason])).toEqual([
      ['otp.rejected', 'otp-expired'],
    ]);
  });

  it('refuses the older of two codes', async () => {
    setUp({ policy: aLaxOtpPolicy() });
    const older = await fixture.request(identifier);
    const newer = await fixture.request(identifier);
    expect(await outcome(older)).toBe('otp-invalid');
    expect(await outcome({ ...older, code: newer.code })).toBe('otp-invalid');
    expect(await outcome(newer)).toBe('done');
  });

  it('takes the code of one person for no other', async () => {
    const [mine, theirs] = [await fixture.request(identifier), await fixture.request(aPhone())];
    expect(await outcome({ sessionId: theirs.sessionId, code: mine.code })).toBe('otp-invalid');
    expect(await outcome({ sessionId: mine.sessionId, code: theirs.code })).toBe('otp-invalid');
  });

  it('is as good for a registration as for a sign-in', async () => {
    expect(await outcome(await fixture.request(identifier, { purpose: 'register' }))).toBe('done');
  });

  it('opens no session for a code that was asked for to add an identifier', async () => {
    const user = await insert();
    const received = await fixture.requestToAdd(aPhone(), user.id);
    expect(await outcome(received)).toBe('otp-invalid');
    expect(database.tables.sessions).toEqual([]);
    // Nor does the attempt cost the account one of its guesses.
    expect(database.tables.challenges[0]?.attempts).toBe(0);
  });

  it.each(['', 'garbage'])('refuses the challenge %j, which it never sealed', async (sessionId) => {
    const { code } = await fixture.request(identifier);
    const before = database.tables;
    expect(await outcome({ sessionId, code })).toBe('otp-invalid');
    expect(database.tables).toEqual(before);
  });

  it.each(['suspended', 'deleted'] as const)(
    'refuses a %s account after the proof, spends the code and keeps the record',
    async (status) => {
      const user = await insert(aUser({ status }));
      const received = await fixture.request(identifier);
      expect(await outcome({ ...received, code: WRONG })).toBe('otp-invalid');
      expect(await outcome(received)).toBe(`account-${status}`);
      expect(await outcome(received)).toBe('otp-invalid');
      expect(database.tables.sessions).toEqual([]);
      expect(audited().map(({ action, reason, userId }) => [action, reason, userId])).toEqual([
        ['otp.rejected', 'otp-invalid', user.id],
        ['otp.verified', undefined, user.id],
        ['session.refused', `account-${status}`, user.id],
        ['otp.rejected', 'otp-invalid', user.id],
      ]);
    },
  );

  it('makes no account while sign-up is closed, and says so only to who proved the identifier', async () => {
    setUp({ signUp: { open: false, roles: [] } });
    const received = await fixture.request(identifier);
    expect(await outcome({ ...received, code: WRONG })).toBe('otp-invalid');
    expect(await outcome(received)).toBe('sign-up-closed');
    expect(database.tables).toMatchObject({ users: [], sessions: [] });
    expect(audited().map(({ action }) => action)).toEqual([
      'otp.rejected',
      'otp.verified',
      'session.refused',
    ]);
  });

  it('tells every instance which session gave way to the new one, and says nothing else to anybody', async () => {
    setUp({ sessionPolicy: aSessionPolicy({ maximumPerUser: 2 }) });
    const [oldest] = [await fixture.signIn(identifier), await fixture.signIn(identifier)];
    expect(fixture.published).toEqual([]);
    const { user } = await fixture.signIn(identifier);
    expect(fixture.published).toEqual([{ userId: user.id, sessionIds: [oldest.session.id] }]);
    const found = await new InMemorySessionStore(database).findWithRoles(user.id, oldest.session.id);
    expect(found?.session.state.revocationReason).toBe('superseded');
  });

  it('leaves no code in audit or challenge', async () => {
    const received = await fixture.request(identifier);
    await fixture.verify(received);
    expect(JSON.stringify(database.tables.audit)).not.toContain(received.code);
  });
});
