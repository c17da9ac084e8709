import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryDatabase,
  InMemoryExpiredRegistrations,
  InMemoryUnitOfWork,
  type InMemoryTx,
} from '#adapters/memory';
import {
  aLinkPolicy,
  aPasswordHash,
  aRegistration,
  RegistrationFixture,
  type RegistrationFixtureOptions,
} from '#domain/credentials/testing';
import { identifierTaken, type Identifier, type User } from '#domain/identity';
import { anEmail, aUser, aUsername, proved } from '#domain/identity/testing';
import { days, hours, minutes, Secret, type UnitOfWork } from '#domain/kernel';
import { at, FixedClock, inParallel, outcomeOf, tally } from '#domain/kernel/testing';
import { EraseExpiredRegistrations } from './erase-expired-registrations.use-case.js';

let database: InMemoryDatabase;
let unitOfWork: InMemoryUnitOfWork;
let fixture: RegistrationFixture;

const setUp = (options?: RegistrationFixtureOptions): void => {
  database = new InMemoryDatabase();
  unitOfWork = new InMemoryUnitOfWork(database);
  fixture = new RegistrationFixture(
    { unitOfWork, directory: new InMemoryAccountDirectory(database) },
    options,
  );
};
beforeEach(() => setUp());

const insert = (...users: User[]) =>
  unitOfWork.run(async ({ accounts }) => users.forEach((user) => accounts.insert(user)));
const events = () => database.tables.outbox.map(({ event }) => event);
const actions = () => database.tables.audit.map(({ action }) => action);
/** The token in the newest mail. */
const mailed = (): string => (events().at(-1)!.payload as { token: string }).token;
const registered = async (email: Identifier, username: Identifier | null = null): Promise<string> => {
  await fixture.register(email, { username: username?.value ?? null });
  return mailed();
};
const userOf = async (identifier: Identifier): Promise<User | null> =>
  unitOfWork.run(({ accounts }) => accounts.lockByIdentifier(identifier));

describe('RegisterWithPassword', () => {
  it('makes a pending account with a password, to which nothing belongs yet', async () => {
    const email = anEmail();
    const { user } = await fixture.register(email, { username: aUsername().value });
    const { users, passwords, identifiers, registrations } = database.tables;
    expect(users).toMatchObject([
      { id: user.id, status: 'pending', profile: { displayName: 'Grace', locale: 'de' }, roles: ['user'] },
    ]);
    expect(passwords).toMatchObject([{ userId: user.id, changedAt: at(0) }]);
    expect(registrations).toMatchObject([{ userId: user.id, email: email.value, createdAt: at(0) }]);
    expect(identifiers).toEqual([]);
  });

  it('leaves an audit row and an urgent mail, and the token nowhere else', async () => {
    const email = anEmail();
    const { user } = await fixture.register(email);
    expect(database.tables.audit).toEqual([
      {
        action: 'user.registered',
        result: 'success',
        occurredAt: at(0),
        origin: fixture.origin,
        actorId: user.id,
        userId: user.id,
        metadata: { method: 'pwd', kind: 'email', pending: true },
      },
    ]);
    expect(database.tables.outbox).toMatchObject([
      {
        urgent: true,
        event: {
          type: 'credentials.verification-requested',
          payload: {
            channel: 'email',
            to: email.value,
            locale: 'de',
            registeredAt: at(0).toISOString(),
            expiresAt: at(hours(24)).toISOString(),
          },
        },
      },
    ]);
    const { outbox: _mail, ...kept } = database.tables;
    expect(JSON.stringify(kept)).not.toContain(mailed());
  });

  it('does and leaves the same for an address that has an account, and for a stranger’s', async () => {
    const [known, unknown] = [anEmail(), anEmail()];
    await insert(aUser({ identifiers: [proved(known)] }));
    const traces = [];
    for (const email of [known, unknown]) {
      const before = database.tables;
      fixture.hasher.work.length = 0;
      await fixture.register(email);
      const after = database.tables;
      const grown = Object.entries(after).map(([table, rows]) => [
        table,
        rows.length - before[table as keyof typeof before].length,
      ]);
      traces.push({ grown, work: [...fixture.hasher.work], type: events().at(-1)!.type });
    }
    expect(traces[0]).toEqual(traces[1]);
    expect(traces[0]!.work).toEqual(['hash']);
  });

  it('tells of a taken address, before any work, where answers are plain', async () => {
    setUp({ answers: 'plain' });
    const email = anEmail();
    await insert(aUser({ identifiers: [proved(email)] }));
    await expect(fixture.register(email)).rejects.toMatchObject({ code: 'identifier-taken' });
    expect(fixture.hasher.work).toEqual([]);
    await fixture.register(anEmail());
  });

  it('tells of a taken username, and not of one that is only wanted', async () => {
    const [taken, wanted] = [aUsername(), aUsername()];
    await insert(aUser({ identifiers: [proved(), proved(taken)] }));
    const refused = fixture.register(anEmail(), { username: taken.value });
    await expect(refused).rejects.toMatchObject({ kind: 'conflict', code: 'username-taken' });
    for (let i = 0; i < 2; i++) await fixture.register(anEmail(), { username: wanted.value });
  });

  it.each<[string, RegistrationFixtureOptions, object, string]>([
    ['a weak password', {}, { password: new Secret('short') }, 'password-too-short'],
    ['a phone number', {}, { email: '+14155550123' }, 'invalid-identifier'],
    ['no username at all', {}, { username: '1' }, 'invalid-username'],
    ['everybody while sign-up is closed', { signUpOpen: false }, {}, 'sign-up-closed'],
    ['everybody where no mail can be sent', { channels: ['sms'] }, {}, 'channel-unavailable'],
  ])('refuses %s, and leaves nothing', async (_what, options, command, code) => {
    setUp(options);
    expect(await outcomeOf(fixture.register(anEmail(), command))).toBe(code);
    expect(database.tables).toMatchObject({
      users: [],
      passwords: [],
      registrations: [],
      audit: [],
      outbox: [],
    });
  });

  it('mails no more than a window full, of any number of parallel registrations', async () => {
    const email = anEmail();
    const outcomes = await inParallel(10, () => outcomeOf(fixture.register(email)));
    expect(tally(outcomes)).toEqual({ done: 3, 'registration-throttled': 7 });
    expect(events()).toHaveLength(3);
    expect(database.tables.users).toHaveLength(3);
    expect(tally(actions())).toEqual({ 'user.registered': 3, 'link.throttled': 7 });
    fixture.clock.advance(minutes(15));
    await fixture.register(email);
  });
});

describe('VerifyEmail', () => {
  it('activates the account with what was proved and wanted, and welcomes its owner', async () => {
    const [email, username] = [anEmail(), aUsername()];
    const token = await registered(email, username);
    fixture.clock.advance(1);
    const user = await fixture.verify(token);
    expect(user.state).toMatchObject({ status: 'active', updatedAt: at(1) });
    expect((await userOf(username))?.state).toEqual(user.state);
    expect(user.identifiers.map(({ identifier }) => identifier)).toEqual([email, username]);
    expect(database.tables.audit.at(-1)).toMatchObject({
      action: 'user.verified',
      result: 'success',
      actorId: user.id,
      userId: user.id,
    });
    expect(events().at(-1)).toMatchObject({ type: 'user.registered', payload: { to: email.value } });
    expect(database.tables).toMatchObject({ registrations: [], sessions: [] });
  });

  it('takes a link once, of any number of parallel calls', async () => {
    const token = await registered(anEmail());
    const outcomes = await inParallel(20, () => outcomeOf(fixture.verify(token)));
    expect(tally(outcomes)).toEqual({ done: 1, 'link-invalid': 19 });
    expect(tally(actions())).toMatchObject({ 'user.verified': 1, 'link.rejected': 19 });
  });

  it('rejects and records a link that has expired, and one that never was', async () => {
    const token = await registered(anEmail());
    fixture.clock.advance(hours(24));
    expect(await outcomeOf(fixture.verify(token))).toBe('link-expired');
    expect(await outcomeOf(fixture.verify(`${token}x`))).toBe('link-invalid');
    expect(await outcomeOf(fixture.verify('nothing'))).toBe('link-invalid');
    const rejected = database.tables.audit.filter(({ action }) => action === 'link.rejected');
    expect(rejected.map(({ reason }) => reason)).toEqual(['link-expired', 'link-invalid']);
  });

  it('gives the address to the first registration that is proved, and erases the others', async () => {
    const email = anEmail();
    const [theirs, mine] = [await registered(email), await registered(email)];
    const user = await fixture.verify(mine);
    expect(await outcomeOf(fixture.verify(theirs))).toBe('link-invalid');
    expect(database.tables.users.map(({ id }) => id)).toEqual([user.id]);
    expect(database.tables.passwords.map(({ userId }) => userId)).toEqual([user.id]);
  });

  it('leaves out a username that somebody was faster to claim', async () => {
    const username = aUsername();
    const tokens = [await registered(anEmail(), username), await registered(anEmail(), username)];
    const users = [await fixture.verify(tokens[0]!), await fixture.verify(tokens[1]!)];
    expect(users.map(({ identifiers }) => identifiers.length)).toEqual([2, 1]);
  });

  it('activates nothing when the address became somebody’s, and erases what was in vain', async () => {
    const email = anEmail();
    await insert(aUser({ identifiers: [proved(email)] }));
    const token = await registered(email);
    expect(await outcomeOf(fixture.verify(token))).toBe('link-invalid');
    expect(database.tables.users).toHaveLength(1);
    expect(database.tables.passwords).toEqual([]);
  });

  it('activates no account that was deleted meanwhile', async () => {
    const token = await registered(anEmail());
    await unitOfWork.run(async ({ accounts }) => {
      const user = await accounts.lockById(database.tables.users[0]!.id);
      accounts.update(user!.deleted(at(1)));
    });
    expect(await outcomeOf(fixture.verify(token))).toBe('link-invalid');
    expect(database.tables.users).toMatchObject([{ status: 'deleted' }]);
  });

  it('looks again when somebody claimed the name in the same moment', async () => {
    let failures = 1;
    const racing: UnitOfWork<InMemoryTx> = {
      run: (work) =>
        unitOfWork.run(async (tx) => {
          const result = await work(tx);
          if (failures-- > 0) throw identifierTaken();
          return result;
        }),
    };
    const email = anEmail();
    const token = await registered(email);
    const directory = new InMemoryAccountDirectory(database);
    const rival = new RegistrationFixture({ unitOfWork: racing, directory });
    expect((await rival.verify(token)).state.status).toBe('active');
    expect(database.tables.identifiers).toHaveLength(1);
  });
});

describe('ResendVerification', () => {
  it('mails a link in place of the older one', async () => {
    const email = anEmail();
    const older = await registered(email);
    await fixture.resend(email);
    const newer = mailed();
    expect(await outcomeOf(fixture.verify(older))).toBe('link-invalid');
    expect(await outcomeOf(fixture.verify(newer))).toBe('done');
  });

  it('leaves the same behind whatever there is of the address, but for the token', async () => {
    setUp({ linkPolicy: aLinkPolicy({ sendsPerWindow: 9 }) });
    const [pending, twice, unknown] = [anEmail(), anEmail(), anEmail()];
    for (const email of [pending, twice, twice]) await registered(email);
    const tokens = [];
    for (const email of [pending, twice, unknown]) {
      const before = [actions().length, events().length];
      await fixture.resend(email);
      expect([actions().length, events().length]).toEqual(before.map((count) => count + 1));
      expect(actions().at(-1)).toBe('link.requested');
      expect(events().at(-1)).toMatchObject({
        type: 'credentials.verification-requested',
        payload: { to: email.value, registeredAt: at(0).toISOString() },
      });
      tokens.push(mailed());
    }
    expect(tokens).toEqual([expect.any(String), null, null]);
  });

  it('mails nothing beyond the window, and leaves the link in force', async () => {
    const email = anEmail();
    await registered(email);
    for (let i = 0; i < 5; i++) await fixture.resend(email);
    expect(events()).toHaveLength(3);
    expect(tally(actions())).toEqual({ 'user.registered': 1, 'link.requested': 2, 'link.throttled': 3 });
    expect(await outcomeOf(fixture.verify(mailed()))).toBe('done');
  });
});

describe('EraseExpiredRegistrations', () => {
  it('erases all that were not proved in time, however many, and nothing sooner', async () => {
    const clock = new FixedClock();
    const erase = new EraseExpiredRegistrations(new InMemoryExpiredRegistrations(database), clock, {
      answers: 'uniform',
      pendingLifetime: days(7),
    });
    await unitOfWork.run(async ({ accounts, passwords, registrations }) => {
      for (let i = 0; i < 501; i++) {
        const registration = aRegistration();
        accounts.insert(aUser({ id: registration.userId, status: 'pending', identifiers: [] }));
        passwords.set(registration.userId, aPasswordHash(), at(0));
        registrations.insert(registration);
      }
    });
    clock.advance(days(7));
    expect(await erase.execute()).toBe(0);
    clock.advance(1);
    expect(await erase.execute()).toBe(501);
    expect(database.tables).toMatchObject({ users: [], passwords: [], registrations: [] });
  });
});
