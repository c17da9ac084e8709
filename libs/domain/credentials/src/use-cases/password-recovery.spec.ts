import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryDatabase,
  InMemoryPasswordAttempts,
  InMemoryUnitOfWork,
} from '#adapters/memory';
import {
  aLinkPolicy,
  aLockoutPolicy,
  aPasswordHash,
  RegistrationFixture,
  type RegistrationFixtureOptions,
} from '#domain/credentials/testing';
import type { Identifier, User } from '#domain/identity';
import { aDeletedUser, anEmail, aPhone, aUser, aUsername, proved } from '#domain/identity/testing';
import { minutes } from '#domain/kernel';
import { at, inParallel, outcomeOf, tally } from '#domain/kernel/testing';
import { aSession } from '#domain/session/testing';

let database: InMemoryDatabase;
let unitOfWork: InMemoryUnitOfWork;
let fixture: RegistrationFixture;
let email: Identifier;
let user: User;

const setUp = async (options?: RegistrationFixtureOptions): Promise<void> => {
  database = new InMemoryDatabase();
  unitOfWork = new InMemoryUnitOfWork(database);
  const directory = new InMemoryAccountDirectory(database);
  fixture = new RegistrationFixture({ unitOfWork, directory }, options);
  email = anEmail();
  user = aUser({ identifiers: [proved(email), proved(aPhone()), proved(aUsername())] });
  await insert(user);
};
beforeEach(() => setUp());

const insert = (each: User) =>
  unitOfWork.run(async ({ accounts, passwords, sessions }) => {
    accounts.insert(each);
    passwords.set(each.id, aPasswordHash(), at(-1));
    sessions.insert(aSession({ userId: each.id }));
  });
const events = () => database.tables.outbox.map(({ event }) => event);
const mailed = (): string => (events().at(-1)!.payload as { token: string }).token;
const forgotten = async (identifier = email): Promise<string> => {
  await fixture.forget(identifier);
  return mailed();
};

describe('RequestPasswordReset', () => {
  it('does the same for an address that has an account and for one that has none', async () => {
    for (const identifier of [email, anEmail()]) {
      await fixture.forget(identifier);
      expect(database.tables.outbox.at(-1)).toMatchObject({
        urgent: true,
        event: {
          type: 'credentials.reset-requested',
          payload: { channel: 'email', to: identifier.value, expiresAt: at(minutes(30)).toISOString() },
        },
      });
      expect(database.tables.audit.at(-1)).toEqual({
        action: 'link.requested',
        result: 'success',
        occurredAt: at(0),
        origin: fixture.origin,
        metadata: { purpose: 'reset-password', kind: 'email' },
      });
    }
    expect(database.tables.addressLinks).toHaveLength(2);
  });

  it('says who started it, when it was somebody else', async () => {
    const { origin } = fixture;
    const command = { identifier: email.value, locale: null, origin, actorId: 'an administrator' };
    await fixture.requestPasswordReset.execute(command);
    expect(database.tables.audit.at(-1)).toMatchObject({ actorId: 'an administrator' });
  });

  it('keeps the token out of everything but the mail', async () => {
    const token = await forgotten();
    const { outbox: _mail, ...kept } = database.tables;
    expect(JSON.stringify(kept)).not.toContain(token);
  });

  it('mails no more than a window full, and ends the same way', async () => {
    const outcomes = await inParallel(10, () => outcomeOf(fixture.forget(email)));
    expect(tally(outcomes)).toEqual({ done: 10 });
    expect(events()).toHaveLength(3);
  });

  it.each([
    ['a number', '+14155550123', 'invalid-identifier'],
    ['a name', 'ada', 'invalid-identifier'],
  ])('takes no %s', async (_what, identifier, code) => {
    const { origin } = fixture;
    const asked = fixture.requestPasswordReset.execute({ identifier, locale: null, origin });
    expect(await outcomeOf(asked)).toBe(code);
  });
});

describe('ResetPassword', () => {
  it('sets the password, ends every session and unlocks the account', async () => {
    const token = await forgotten();
    const attempts = new InMemoryPasswordAttempts(database);
    const attempt = { identifier: email, network: '203.0.113.7', device: null };
    for (let i = 0; i < 5; i++) await attempts.claim(attempt, aLockoutPolicy({ lockAfter: 3 }), at(0));
    fixture.clock.advance(1);
    await fixture.reset(token);
    const { passwords, sessions, failures } = database.tables;
    expect(failures.filter(({ subject }) => subject.includes(user.id))).toEqual([]);
    expect(passwords).toMatchObject([{ userId: user.id, version: 2, changedAt: at(1) }]);
    expect(sessions).toMatchObject([{ revokedAt: at(1), revocationReason: 'password-changed' }]);
    expect(fixture.published).toEqual([{ userId: user.id, sessionIds: 'all' }]);
    expect(database.tables.audit.at(-1)).toMatchObject({
      action: 'credentials.password-reset',
      result: 'success',
      userId: user.id,
    });
  });

  it('tells the owner wherever a message reaches', async () => {
    await fixture.reset(await forgotten());
    const { notify } = events().at(-1)!.payload as { notify: { to: string }[] };
    expect(events().at(-1)!.type).toBe('credentials.password-changed');
    expect(notify.map(({ to }) => to)).toEqual(
      user.identifiers.slice(0, 2).map(({ identifier }) => identifier.value),
    );
  });

  it('takes a link once, of any number of parallel calls', async () => {
    const token = await forgotten();
    const outcomes = await inParallel(20, () => outcomeOf(fixture.reset(token)));
    expect(tally(outcomes)).toEqual({ done: 1, 'link-invalid': 19 });
    expect(fixture.published).toHaveLength(1);
  });

  it('refuses a weak password first, and alike for links that are and that never were', async () => {
    const token = await forgotten();
    for (const any of [token, `${token}x`, 'nothing']) {
      expect(await outcomeOf(fixture.reset(any, 'short'))).toBe('password-too-short');
    }
    expect(await outcomeOf(fixture.reset(token))).toBe('done');
  });

  it('works as hard for a link that never was', async () => {
    fixture.hasher.work.length = 0;
    expect(await outcomeOf(fixture.reset('nothing'))).toBe('link-invalid');
    expect(fixture.hasher.work).toEqual(['hash']);
  });

  it('rejects and records a link that has expired, was replaced, or is for nobody', async () => {
    await setUp({ linkPolicy: aLinkPolicy({ sendsPerWindow: 9 }) });
    const older = await forgotten();
    const newer = await forgotten();
    const nobody = await forgotten(anEmail());
    expect(await outcomeOf(fixture.reset(older))).toBe('link-invalid');
    expect(await outcomeOf(fixture.reset(nobody))).toBe('link-invalid');
    fixture.clock.advance(minutes(30));
    expect(await outcomeOf(fixture.reset(newer))).toBe('link-expired');
    const rejected = database.tables.audit.filter(({ action }) => action === 'link.rejected');
    expect(rejected.map(({ reason }) => reason)).toEqual(['link-invalid', 'link-invalid', 'link-expired']);
    expect(database.tables.passwords).toMatchObject([{ version: 1 }]);
  });

  it('does not follow an address to its next owner', async () => {
    const token = await forgotten();
    const next = aUser({ identifiers: [{ ...proved(email), verifiedAt: at(1) }] });
    await unitOfWork.run(async ({ accounts }) => accounts.removeIdentifier(user.id, user.identifiers[0]!));
    await insert(next);
    expect(await outcomeOf(fixture.reset(token))).toBe('link-invalid');
  });

  it('does not undo a password that was chosen since', async () => {
    const token = await forgotten();
    await unitOfWork.run(async ({ passwords }) => passwords.set(user.id, aPasswordHash(), at(1)));
    expect(await outcomeOf(fixture.reset(token))).toBe('link-invalid');
  });

  it('brings no deleted account back, and leaves a suspended one suspended', async () => {
    const [deleted, suspended] = [aDeletedUser(at(-1)), aUser({ status: 'suspended' })];
    for (const each of [deleted, suspended]) await insert(each);
    const addressOf = ({ identifiers }: User) => identifiers[0]!.identifier;
    expect(await outcomeOf(fixture.reset(await forgotten(addressOf(deleted))))).toBe('link-invalid');
    expect(await outcomeOf(fixture.reset(await forgotten(addressOf(suspended))))).toBe('done');
    const statuses = database.tables.users.map(({ status }) => status);
    expect(statuses).toEqual(['active', 'deleted', 'suspended']);
  });
});
