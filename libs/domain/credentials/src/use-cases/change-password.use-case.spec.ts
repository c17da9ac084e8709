import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryDatabase,
  InMemoryPasswordAttempts,
  InMemoryUnitOfWork,
} from '#adapters/memory';
import { PASSWORD, PasswordFixture } from '#domain/credentials/testing';
import type { Identifier, User } from '#domain/identity';
import { aPhone, aUser, proved } from '#domain/identity/testing';
import { minutes } from '#domain/kernel';
import { inParallel, outcomeOf, tally } from '#domain/kernel/testing';
import type { Session } from '#domain/session';
import { aSession } from '#domain/session/testing';

const NEW = 'seven brisk otters hum';

describe('changing the own password', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let fixture: PasswordFixture;
  let user: User;
  let email: Identifier;
  let session: Session;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    const attempts = new InMemoryPasswordAttempts(database);
    const directory = new InMemoryAccountDirectory(database);
    fixture = new PasswordFixture({ unitOfWork, attempts, directory });
    user = await fixture.registered();
    email = user.identifiers[0]!.identifier;
    ({ session } = await fixture.signIn(email));
  });

  const endFreshness = () => fixture.clock.advance(minutes(5));
  const actions = () => database.tables.audit.slice(2).map(({ action }) => action);

  it('takes the current password at any time', async () => {
    endFreshness();
    await fixture.change(session, NEW, PASSWORD);
    expect((await fixture.signIn(email, NEW)).user.id).toBe(user.id);
    expect(await outcomeOf(fixture.signIn(email, PASSWORD))).toBe('invalid-credentials');
  });

  it('does without it shortly after a sign-in, and not later', async () => {
    await fixture.change(session, NEW, null);
    endFreshness();
    expect(await outcomeOf(fixture.change(session, PASSWORD, null))).toBe('reauthentication-required');
  });

  it('sets the first password of an account that has none', async () => {
    const other = await fixture.registered(aUser(), null);
    const its = aSession({ userId: other.id, createdAt: fixture.clock.now() });
    await unitOfWork.run(async ({ sessions }) => sessions.insert(its));
    await fixture.change(its, NEW, null);
    expect((await fixture.signIn(other.identifiers[0]!.identifier, NEW)).user.id).toBe(other.id);
  });

  it('ends every session but the one it was asked in, says so, and leaves its trace', async () => {
    const { session: other } = await fixture.signIn(email);
    const before = database.tables.audit.length;
    await fixture.change(session, NEW, PASSWORD);
    const revoked = database.tables.sessions.filter(({ revokedAt }) => revokedAt !== null);
    expect(revoked).toMatchObject([{ id: other.id, revocationReason: 'password-changed' }]);
    expect(fixture.published).toEqual([{ userId: user.id, sessionIds: [other.id] }]);
    const events = database.tables.audit.slice(before).map(({ action, sessionId }) => [action, sessionId]);
    expect(events).toEqual([
      ['password.verified', session.id],
      ['password.changed', session.id],
      ['session.revoked', other.id],
    ]);
  });

  it('is refused to a session that another one ended by changing it, however close behind', async () => {
    const { session: stolen } = await fixture.signIn(email);
    const outcomes = await inParallel(2, (i) => outcomeOf(fixture.change([session, stolen][i]!, NEW, null)));
    expect(tally(outcomes)).toEqual({ done: 1, 'session-ended': 1 });
  });

  it('tells the owner everywhere', async () => {
    const phone = aPhone();
    await unitOfWork.run(async ({ accounts }) => accounts.addIdentifier(user.id, proved(phone)));
    await fixture.change(session, NEW, null);
    const { event } = database.tables.outbox.at(-1)!;
    expect(event).toMatchObject({
      type: 'credentials.password-changed',
      payload: {
        userId: user.id,
        notify: [
          { channel: 'email', to: email.value },
          { channel: 'sms', to: phone.value },
        ],
        locale: 'en',
        occurredAt: fixture.clock.now().toISOString(),
      },
    });
  });

  it('changes nothing for a wrong current password, however fresh the sign-in', async () => {
    expect(await outcomeOf(fixture.change(session, NEW, 'a wrong one'))).toBe('wrong-current-password');
    expect(actions()).toEqual(['password.rejected']);
    expect((await fixture.signIn(email)).user.id).toBe(user.id);
  });

  it('does not take a guess for the password of an account without one', async () => {
    const other = await fixture.registered(aUser(), null);
    const its = {
      state: { ...session.state, userId: other.id },
      userId: other.id,
      id: session.id,
    } as Session;
    expect(await outcomeOf(fixture.change(its, NEW, 'anything at all'))).toBe('wrong-current-password');
  });

  it('lets a stolen session guess no more than anybody else', async () => {
    const outcomes = await inParallel(50, () => outcomeOf(fixture.change(session, NEW, 'a wrong one')));
    expect(tally(outcomes)).toEqual({ 'wrong-current-password': 3, 'too-many-attempts': 47 });
    expect((await fixture.signIn(email)).user.id).toBe(user.id);
  });

  it('lets one of two parallel changes with one current password win', async () => {
    endFreshness();
    const outcomes = await inParallel(2, (i) => outcomeOf(fixture.change(session, `${NEW} ${i}`, PASSWORD)));
    expect(tally(outcomes)).toEqual({ done: 1, 'wrong-current-password': 1 });
    expect(database.tables.passwords).toMatchObject([{ version: 2 }]);
  });

  it('unlocks the account', async () => {
    await inParallel(3, () => outcomeOf(fixture.signIn(email, 'a wrong one')));
    expect(await outcomeOf(fixture.signIn(email))).toBe('too-many-attempts');
    await fixture.change(session, NEW, PASSWORD);
    expect((await fixture.signIn(email, NEW)).user.id).toBe(user.id);
  });

  it('asks for a better one as often as it takes, once the current one is proved', async () => {
    for (let i = 0; i < 10; i++) {
      expect(await outcomeOf(fixture.change(session, 'short', PASSWORD))).toBe('password-too-short');
    }
    expect((await fixture.signIn(email)).user.id).toBe(user.id);
  });

  it('does nothing for an account that was deleted meanwhile', async () => {
    await unitOfWork.run(async ({ accounts }) => accounts.update(user.deleted(fixture.clock.now())));
    expect(await outcomeOf(fixture.change(session, NEW, PASSWORD))).toBe('account-not-found');
  });
});
