import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryDatabase,
  InMemoryPasswordAttempts,
  InMemoryUnitOfWork,
} from '#adapters/memory';
import { aLockoutPolicy, PASSWORD, PasswordFixture } from '#domain/credentials/testing';
import type { Identifier, User } from '#domain/identity';
import { anEmail, aPhone, aUser, proved } from '#domain/identity/testing';
import { days, minutes, seconds, Secret } from '#domain/kernel';
import { anOrigin, at, inParallel, outcomeOf, tally } from '#domain/kernel/testing';

describe('signing in with a password', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let fixture: PasswordFixture;
  let user: User;
  let email: Identifier;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    const attempts = new InMemoryPasswordAttempts(database);
    const directory = new InMemoryAccountDirectory(database);
    fixture = new PasswordFixture({ unitOfWork, attempts, directory });
    user = await fixture.registered();
    email = user.identifiers[0]!.identifier;
  });

  const wrong = (identifier = email): Promise<string> => outcomeOf(fixture.signIn(identifier, 'a wrong one'));
  const audit = () =>
    database.tables.audit.map(({ action, reason }) => (reason ? `${action}: ${reason}` : action));
  const failWith = async (identifier: Identifier, times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await wrong(identifier);
      fixture.clock.advance(seconds(3));
    }
  };

  it('opens a session by password and remembers the device', async () => {
    const signedIn = await fixture.signIn(email);
    expect(signedIn.user.id).toBe(user.id);
    expect(signedIn.session.state).toMatchObject({ userId: user.id, authenticationMethods: ['pwd'] });
    expect(signedIn.deviceToken.expose()).toMatch(new RegExp(`^${user.id}/`));
    expect(audit()).toEqual(['password.verified', 'session.opened']);
  });

  it('finds the account by any of its identifiers', async () => {
    const phone = aPhone();
    const other = await fixture.registered(aUser({ identifiers: [proved(), proved(phone)] }));
    expect((await fixture.signIn(phone)).user.id).toBe(other.id);
  });

  it('takes the same characters typed in another way', async () => {
    const accented = await fixture.registered(aUser(), 'crème brûlée ﬂambée');
    const { identifier } = accented.identifiers[0]!;
    const typed = 'crème brûlée flambée'.normalize('NFD');
    expect((await fixture.signIn(identifier, typed)).user.id).toBe(accented.id);
  });

  it.each([
    ['a wrong password', () => email, 'verify'],
    ['an account without a password', () => fixture.registered(aUser(), null), 'decoy'],
    ['an identifier that nobody holds', () => anEmail(), 'decoy'],
  ])('answers and works the same for %s', async (_what, of, work) => {
    const given = await of();
    const identifier = 'identifiers' in given ? given.identifiers[0]!.identifier : given;
    expect(await wrong(identifier)).toBe('invalid-credentials');
    expect(fixture.hasher.work).toEqual([work]);
    expect(audit()).toEqual(['password.rejected: invalid-credentials']);
  });

  it('creates no account, however open sign-up is', async () => {
    await wrong(anEmail());
    expect(database.tables.users).toHaveLength(1);
  });

  it.each([
    ['account-suspended', aUser({ status: 'suspended' })],
    ['account-deleted', aUser({ status: 'deleted', deletedAt: at(0) })],
    ['account-locked', aUser({ lockedUntil: at(days(1)) })],
  ])('is refused at the gate with %s, and only the owner is told', async (code, held) => {
    const { identifier } = (await fixture.registered(held)).identifiers[0]!;
    expect(await wrong(identifier)).toBe('invalid-credentials');
    expect(await outcomeOf(fixture.signIn(identifier))).toBe(code);
    expect(database.tables.sessions).toEqual([]);
  });

  describe('an outdated hash', () => {
    beforeEach(() => {
      fixture.hasher.parameters = 2;
    });

    const stored = () => database.tables.passwords[0]!;

    it('is replaced by a right password, once, and stays the same password', async () => {
      const before = stored();
      await inParallel(2, () => fixture.signIn(email));
      expect(stored()).toEqual({ ...before, hash: expect.stringContaining('$ln=2$') });
      fixture.hasher.work.length = 0;
      await fixture.signIn(email);
      expect(fixture.hasher.work).toEqual(['verify']);
    });

    it('is not replaced by a wrong one', async () => {
      await wrong();
      expect(stored().hash).toContain('$ln=1$');
    });

    it('stays when there is no capacity to replace it; the sign-in goes on', async () => {
      fixture.hasher.meanwhile = async () => (fixture.hasher.busy = true);
      expect((await fixture.signIn(email)).user.id).toBe(user.id);
      expect(stored().hash).toContain('$ln=1$');
    });
  });

  describe('what changes while the hash is computed', () => {
    it('does not let a password in that was replaced meanwhile', async () => {
      fixture.hasher.meanwhile = async () => {
        const hash = await fixture.hasher.hash(new Secret('another'));
        await unitOfWork.run(async ({ passwords }) => passwords.set(user.id, hash, at(1)));
      };
      expect(await outcomeOf(fixture.signIn(email))).toBe('invalid-credentials');
      expect(database.tables.sessions).toEqual([]);
      expect(database.tables.failures).not.toEqual([]);
    });

    it('neither signs in to the next holder of the identifier, nor registers one', async () => {
      fixture.hasher.meanwhile = () =>
        unitOfWork.run(async ({ accounts }) => accounts.removeIdentifier(user.id, user.identifiers[0]!));
      expect(await outcomeOf(fixture.signIn(email))).toBe('invalid-credentials');
      expect(database.tables.sessions).toEqual([]);
      expect(database.tables.users).toHaveLength(1);
    });
  });

  describe('guessing', () => {
    it('admits of 50 parallel guesses no more comparisons than the policy allows', async () => {
      const outcomes = await inParallel(50, () => wrong());
      expect(tally(outcomes)).toEqual({ 'invalid-credentials': 3, 'too-many-attempts': 47 });
      expect(fixture.hasher.work).toHaveLength(3);
    });

    it('locks after the last delay, also for the right password, until the lock is over', async () => {
      await failWith(email, 5);
      expect(await outcomeOf(fixture.signIn(email))).toBe('sign-in-locked');
      fixture.clock.advance(minutes(15));
      expect((await fixture.signIn(email)).user.id).toBe(user.id);
      expect(await wrong()).toBe('invalid-credentials');
    });

    it('says how long to wait', async () => {
      await failWith(email, 5);
      const retryAfterSeconds = minutes(15) / 1_000 - 3;
      await expect(fixture.signIn(email)).rejects.toMatchObject({ kind: 'rate-limited', retryAfterSeconds });
    });

    it('tells the owner once that a lock began, from where, and until when', async () => {
      await failWith(email, 5);
      fixture.clock.advance(minutes(15));
      await wrong();
      const events = database.tables.outbox.map(({ event }) => event);
      expect(events.map(({ type, payload }) => ({ type, payload }))).toEqual([
        {
          type: 'credentials.locked-out',
          payload: {
            userId: user.id,
            notify: [{ channel: 'email', to: email.value }],
            locale: 'en',
            until: at(seconds(12) + minutes(15)).toISOString(),
            address: anOrigin().address,
          },
        },
      ]);
    });

    it('leaves the same trace for an identifier that nobody holds, and writes to nobody', async () => {
      const stranger = anEmail();
      await failWith(email, 6);
      const known = audit();
      database = new InMemoryDatabase();
      const uow = new InMemoryUnitOfWork(database);
      const attempts = new InMemoryPasswordAttempts(database);
      fixture = new PasswordFixture({
        unitOfWork: uow,
        attempts,
        directory: new InMemoryAccountDirectory(database),
      });
      await failWith(stranger, 6);
      expect(audit()).toEqual(known);
      expect(known.slice(-3)).toEqual([
        'password.rejected: invalid-credentials',
        'password.locked-out: sign-in-locked',
        'password.throttled: sign-in-locked',
      ]);
      expect(database.tables.outbox).toEqual([]);
    });

    it('does not lock the owner out of a device known from before', async () => {
      const { deviceToken } = await fixture.signIn(email);
      await failWith(email, 5);
      expect(await outcomeOf(fixture.signIn(email))).toBe('sign-in-locked');
      const again = await fixture.signIn(email, PASSWORD, { deviceToken: deviceToken.expose() });
      expect(again.deviceToken.expose()).toBe(deviceToken.expose());
      expect(await outcomeOf(fixture.signIn(email))).toBe('sign-in-locked');
    });

    it('shows in the risk of the sign-in that came after', async () => {
      await fixture.signIn(email);
      await failWith(email, 4);
      fixture.clock.advance(minutes(10));
      const { session } = await fixture.signIn(email);
      expect(session.state.risk.reasons).toEqual(['failed-attempts']);
    });

    it('does not take a device token for a password', async () => {
      const { deviceToken } = await fixture.signIn(email);
      const guess = () => fixture.signIn(email, 'a wrong one', { deviceToken: deviceToken.expose() });
      const outcomes = await inParallel(20, () => outcomeOf(guess()));
      expect(tally(outcomes)).toEqual({ 'invalid-credentials': 3, 'too-many-attempts': 17 });
    });

    it("does not take somebody else's device token", async () => {
      const other = await fixture.registered();
      const { deviceToken } = await fixture.signIn(other.identifiers[0]!.identifier);
      await failWith(email, 5);
      const borrowed = fixture.signIn(email, PASSWORD, { deviceToken: deviceToken.expose() });
      expect(await outcomeOf(borrowed)).toBe('sign-in-locked');
    });

    it('holds nothing against anybody while hashing is busy', async () => {
      fixture.hasher.busy = true;
      const outcomes = await inParallel(20, () => outcomeOf(fixture.signIn(email)));
      expect(tally(outcomes)['hashing-busy']).toBeGreaterThan(0);
      fixture.hasher.busy = false;
      expect((await fixture.signIn(email)).user.id).toBe(user.id);
    });

    it('refuses a network that fails on too many accounts', async () => {
      const attempts = new InMemoryPasswordAttempts(database);
      const directory = new InMemoryAccountDirectory(database);
      const policy = aLockoutPolicy({ failuresPerNetwork: 10 });
      fixture = new PasswordFixture({ unitOfWork, attempts, directory }, policy);
      const outcomes = await inParallel(30, () => wrong(anEmail()));
      expect(tally(outcomes)).toEqual({ 'invalid-credentials': 10, 'too-many-attempts': 20 });
      expect(await outcomeOf(fixture.signIn(email))).toBe('too-many-attempts');
      expect((await fixture.signIn(email, PASSWORD, { network: 'another' })).user.id).toBe(user.id);
    });
  });

  it('refuses what is no identifier before anything is counted', async () => {
    const command = { identifier: 'not@an@address' };
    expect(await outcomeOf(fixture.signIn(email, PASSWORD, command))).toBe('invalid-identifier');
    expect(database.tables.failures).toEqual([]);
  });
});
