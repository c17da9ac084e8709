import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryAccountDirectory, InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import type { User } from '#domain/identity';
import { aDeletedUser, anEmail, aPhone, aUser, proved } from '#domain/identity/testing';
import { minutes } from '#domain/kernel';
import { at, inParallel, outcomeOf, tally } from '#domain/kernel/testing';
import type { Session } from '#domain/session';
import { aSession } from '#domain/session/testing';
import { aLaxOtpPolicy, OtpFixture, type OtpFixtureOptions, type ReceivedCode } from '#domain/otp/testing';

const WRONG = '000000';

describe('adding an identifier to an account', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let fixture: OtpFixture;
  let user: User;
  const sessionOf = new Map<string, Session>();

  const setUp = async (options?: OtpFixtureOptions) => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    fixture = new OtpFixture(unitOfWork, options);
    user = await insert(aUser());
  };
  beforeEach(() => setUp());

  const insert = async (each: User): Promise<User> => {
    const session = aSession({ userId: each.id });
    await unitOfWork.run(async ({ accounts, sessions }) => {
      accounts.insert(each);
      sessions.insert(session);
    });
    sessionOf.set(each.id, session);
    return each;
  };
  const confirmIn = (session: Session, { sessionId, code }: ReceivedCode) =>
    fixture.confirmIdentifier.execute({ session, sessionId, code, origin: fixture.origin });
  const confirm = (received: ReceivedCode, userId = user.id) => confirmIn(sessionOf.get(userId)!, received);
  const outcome = (received: ReceivedCode, userId?: string) => outcomeOf(confirm(received, userId));
  const heldBy = async ({ id }: User) =>
    (await new InMemoryAccountDirectory(database).findById(id))?.identifiers.map(
      ({ identifier }) => identifier,
    );
  const identifierOf = ({ identifiers }: User) => identifiers[0]!.identifier;

  it('sends a code to it, whether sign-up is open or not, and puts nothing on the account yet', async () => {
    await setUp({ signUp: { open: false, roles: [] } });
    const phone = aPhone();
    await fixture.requestToAdd(phone, user.id);
    expect(database.tables.outbox).toMatchObject([
      {
        urgent: true,
        event: {
          type: 'otp.requested',
          payload: { to: phone.value, channel: 'sms', purpose: 'add-identifier', onlyKnownAccounts: false },
        },
      },
    ]);
    expect(database.tables.audit).toMatchObject([
      { action: 'otp.requested', actorId: user.id, userId: user.id, metadata: { purpose: 'add-identifier' } },
    ]);
    expect(await heldBy(user)).toEqual([identifierOf(user)]);
  });

  it('sends nothing where nothing could reach it', async () => {
    await setUp({ channels: ['email'] });
    await expect(fixture.requestToAdd(aPhone(), user.id)).rejects.toMatchObject({
      code: 'channel-unavailable',
    });
    expect(database.tables.outbox).toEqual([]);
  });

  it('adds it on proof, and hands back the account with it', async () => {
    const phone = aPhone();
    const updated = await confirm(await fixture.requestToAdd(phone, user.id));
    expect(updated.identifiers.map(({ identifier }) => identifier)).toEqual([identifierOf(user), phone]);
    expect(updated.identifiers[1]?.verifiedAt).toEqual(at(0));
    expect(await heldBy(user)).toEqual([identifierOf(user), phone]);
  });

  it('is refused to a session that ended while its request was under way, and the code stays good', async () => {
    const received = await fixture.requestToAdd(aPhone(), user.id);
    const [ended, live] = [sessionOf.get(user.id)!, aSession({ userId: user.id })];
    await unitOfWork.run(async ({ sessions }) => {
      sessions.insert(live);
      await sessions.revoke(user.id, [ended.id], 'password-changed', at(0));
    });
    expect(await outcome(received)).toBe('session-ended');
    expect(await heldBy(user)).toEqual([identifierOf(user)]);
    expect(await outcomeOf(confirmIn(live, received))).toBe('done');
  });

  it('puts it in the place of another one, even of the only one, and tells that one', async () => {
    const email = anEmail();
    const [held] = user.identifiers;
    const updated = await confirm(await fixture.requestToAdd(email, user.id, held!.id));
    expect(updated.identifiers.map(({ identifier }) => identifier)).toEqual([email]);
    expect(await heldBy(user)).toEqual([email]);
    await insert(aUser({ identifiers: [proved(held!.identifier)] }));
    const told = database.tables.outbox.slice(1).map(({ event }) => event);
    for (const [i, type] of ['user.identifier-removed', 'user.identifier-added'].entries()) {
      expect(told[i]).toMatchObject({
        type,
        payload: { notify: [{ channel: 'email', to: held!.identifier.value }] },
      });
    }
    expect(database.tables.audit.map(({ action }) => action)).toEqual([
      'otp.requested',
      'otp.verified',
      'user.identifier-removed',
      'user.identifier-added',
    ]);
  });

  it('changes nothing when what it was to replace is gone, or is somebody else’s', async () => {
    await setUp({ policy: aLaxOtpPolicy() });
    const other = await insert(aUser());
    for (const replaces of [proved().id, other.identifiers[0]!.id]) {
      const received = await fixture.requestToAdd(anEmail(), user.id, replaces);
      expect(await outcome(received)).toBe('identifier-not-found');
    }
    expect(await heldBy(user)).toEqual([identifierOf(user)]);
    expect(await heldBy(other)).toEqual([identifierOf(other)]);
    const itself = await fixture.requestToAdd(identifierOf(user), user.id, user.identifiers[0]!.id);
    expect(await outcome(itself)).toBe('identifier-taken');
  });

  it('makes it as good for signing in as the first one', async () => {
    const phone = aPhone();
    await confirm(await fixture.requestToAdd(phone, user.id));
    expect((await fixture.signIn(phone)).user.id).toBe(user.id);
  });

  it('leaves two audit rows, and tells every identifier that was there before', async () => {
    const phone = aPhone();
    await confirm(await fixture.requestToAdd(phone, user.id));
    const about = {
      result: 'success',
      occurredAt: at(0),
      origin: fixture.origin,
      actorId: user.id,
      userId: user.id,
      metadata: { kind: 'phone', callingCode: '+1' },
    };
    expect(database.tables.audit.slice(1)).toEqual([
      { ...about, action: 'otp.verified' },
      { ...about, action: 'user.identifier-added' },
    ]);
    expect(database.tables.outbox.at(-1)?.event).toEqual({
      id: expect.any(String),
      type: 'user.identifier-added',
      occurredAt: at(0),
      payload: {
        userId: user.id,
        notify: [{ channel: 'email', to: identifierOf(user).value }],
        identifierHint: phone.hint,
        locale: 'en',
      },
    });
  });

  it('takes nobody else’s challenge, so that a code that was talked out of somebody is worthless', async () => {
    const thief = await insert(aUser());
    const received = await fixture.requestToAdd(aPhone(), user.id);
    expect(await outcome(received, thief.id)).toBe('otp-invalid');
    expect(await heldBy(thief)).toHaveLength(1);
    expect(await outcome(received)).toBe('done');
  });

  it.each(['sign-in', 'register'] as const)('takes no code that was asked for to %s', async (purpose) => {
    const received = await fixture.request(aPhone(), { purpose });
    expect(await outcome(received)).toBe('otp-invalid');
    expect(await heldBy(user)).toHaveLength(1);
  });

  it('refuses a challenge that it never sealed', async () => {
    expect(await outcome({ sessionId: 'garbage', code: WRONG })).toBe('otp-invalid');
  });

  it('counts wrong codes, on record, and refuses the right one after five', async () => {
    const received = await fixture.requestToAdd(aPhone(), user.id);
    for (let i = 0; i < 5; i++) expect(await outcome({ ...received, code: WRONG })).toBe('otp-invalid');
    expect(await outcome(received)).toBe('otp-exhausted');
    expect(database.tables.audit.slice(1).map(({ action, reason }) => [action, reason])).toEqual([
      ...Array<string[]>(5).fill(['otp.rejected', 'otp-invalid']),
      ['otp.rejected', 'otp-exhausted'],
    ]);
    expect(await heldBy(user)).toHaveLength(1);
  });

  it('refuses a code when its time is over', async () => {
    const received = await fixture.requestToAdd(aPhone(), user.id);
    fixture.clock.advance(minutes(2));
    expect(await outcome(received)).toBe('otp-expired');
  });

  it('adds it once under 20 parallel calls', async () => {
    const received = await fixture.requestToAdd(aPhone(), user.id);
    const outcomes = await inParallel(20, () => outcome(received));
    expect(tally(outcomes)).toEqual({ done: 1, 'otp-invalid': 19 });
    expect(await heldBy(user)).toHaveLength(2);
  });

  it('does not take it from an account that holds it, which shows only after the proof', async () => {
    const holder = await insert(aUser());
    const received = await fixture.requestToAdd(identifierOf(holder), user.id);
    expect(await outcome({ ...received, code: WRONG })).toBe('otp-invalid');
    const before = database.tables;
    expect(await outcome(received)).toBe('identifier-taken');
    expect(database.tables).toEqual(before);
  });

  it('lets one of two accounts have it that ask for the same', async () => {
    await setUp({ policy: aLaxOtpPolicy() });
    const phone = aPhone();
    const rival = await insert(aUser());
    const mine = await fixture.requestToAdd(phone, user.id);
    const theirs = await fixture.requestToAdd(phone, rival.id);
    const outcomes = await Promise.all([outcome(mine), outcome(theirs, rival.id)]);
    expect(outcomes).toEqual(['otp-invalid', 'done']);
    expect(await heldBy(user)).toHaveLength(1);
    expect(await heldBy(rival)).toHaveLength(2);
  });

  it('does not add an eleventh', async () => {
    const full = await insert(aUser({ identifiers: Array.from({ length: 10 }, () => proved()) }));
    const received = await fixture.requestToAdd(anEmail(), full.id);
    expect(await outcome(received, full.id)).toBe('too-many-identifiers');
    expect(await heldBy(full)).toHaveLength(10);
  });

  it('reserves nothing for an account that was deleted meanwhile', async () => {
    const deleted = await insert(aDeletedUser(at(-1)));
    const received = await fixture.requestToAdd(aPhone(), deleted.id);
    expect(await outcome(received, deleted.id)).toBe('account-not-found');
    expect(await heldBy(deleted)).toHaveLength(1);
  });
});
