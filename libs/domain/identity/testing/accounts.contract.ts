import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  identifierTaken,
  User,
  type AccountDirectory,
  type Accounts,
  type UserState,
  type VerifiedIdentifier,
} from '#domain/identity';
import { days, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, outcomeOf, tally } from '#domain/kernel/testing';
import { aDeletedUser, anEmail, aPhone, aUser, proved } from './user.mother.js';

export interface AccountsSubject {
  readonly unitOfWork: UnitOfWork<{ readonly accounts: Accounts }>;
  readonly directory: AccountDirectory;
  /** Resolves once a transaction waits for what another one holds. */
  someoneWaits(): Promise<void>;
}

/** Run by a spec for each adapter, on a database without accounts. */
export function describeAccountsContract(
  name: string,
  makeSubject: () => AccountsSubject | Promise<AccountsSubject>,
): void {
  describe(`Accounts contract: ${name}`, () => {
    let subject: AccountsSubject;

    beforeEach(async () => {
      subject = await makeSubject();
    });

    const run = <T>(work: (accounts: Accounts) => Promise<T>): Promise<T> =>
      subject.unitOfWork.run(({ accounts }) => work(accounts));
    const insert = async (user: User): Promise<User> => {
      await run(async (accounts) => accounts.insert(user));
      return user;
    };
    const stateOf = async (userId: string): Promise<UserState | undefined> =>
      (await subject.directory.findById(userId))?.state;

    it('gives back an account as it was stored, by id and by each identifier', async () => {
      const [email, phone] = [anEmail(), aPhone()];
      const user = await insert(
        aUser({ identifiers: [proved(email), proved(phone)], roles: ['user', 'admin'] }),
      );
      for (const identifier of [email, phone]) {
        expect((await run((accounts) => accounts.lockByIdentifier(identifier)))?.state).toEqual(user.state);
        expect(await subject.directory.exists(identifier.kind, identifier.value)).toBe(true);
      }
      expect((await run((accounts) => accounts.lockById(user.id)))?.state).toEqual(user.state);
      expect(await stateOf(user.id)).toEqual(user.state);
    });

    it('knows nobody by what was never stored', async () => {
      const [stranger, email] = [aUser(), anEmail()];
      expect(await run((accounts) => accounts.lockById(stranger.id))).toBeNull();
      expect(await run((accounts) => accounts.lockByIdentifier(email))).toBeNull();
      expect(await subject.directory.findById(stranger.id)).toBeNull();
      expect(await subject.directory.exists(email.kind, email.value)).toBe(false);
    });

    it('stores status, profile, roles and times of an update, and no identifier', async () => {
      const before = await insert(aUser());
      const change = {
        status: 'deleted',
        profile: { displayName: null, locale: 'de' },
        roles: [],
        updatedAt: at(1),
        deletedAt: at(2),
      } as const;
      await run(async (accounts) =>
        accounts.update(User.restore({ ...before.state, ...change, identifiers: [] })),
      );
      expect(await stateOf(before.id)).toEqual({ ...before.state, ...change });
    });

    it('adds and removes identifiers, and lets another account have a removed one', async () => {
      const [user, other, added] = [await insert(aUser()), await insert(aUser()), proved()];
      await run(async (accounts) => accounts.addIdentifier(user.id, added));
      expect((await stateOf(user.id))?.identifiers).toEqual([...user.identifiers, added]);
      await run(async (accounts) => {
        accounts.removeIdentifier(user.id, added);
        accounts.addIdentifier(other.id, added);
      });
      expect((await stateOf(user.id))?.identifiers).toEqual(user.identifiers);
      expect((await stateOf(other.id))?.identifiers).toEqual([...other.identifiers, added]);
    });

    it('removes an identifier from the account that is named and from no other', async () => {
      const [user, other] = [await insert(aUser()), await insert(aUser())];
      await run(async (accounts) => accounts.removeIdentifier(other.id, user.identifiers[0]!));
      expect(await stateOf(user.id)).toEqual(user.state);
    });

    it.each<[string, (accounts: Accounts, taken: VerifiedIdentifier, user: User) => void]>([
      ['a new account', (accounts, taken) => accounts.insert(aUser({ identifiers: [taken] }))],
      ['an existing account', (accounts, taken, user) => accounts.addIdentifier(user.id, taken)],
    ])('refuses %s an identifier that somebody holds, with all that came along', async (_who, claim) => {
      const [holder, user, bystander] = [await insert(aUser()), await insert(aUser()), aUser()];
      const claiming = run(async (accounts) => {
        accounts.insert(bystander);
        claim(accounts, proved(holder.identifiers[0]!.identifier), user);
      });
      await expect(claiming).rejects.toEqual(identifierTaken());
      expect(await stateOf(bystander.id)).toBeUndefined();
      expect(await stateOf(user.id)).toEqual(user.state);
    });

    it('keeps an identifier with an account that was deleted', async () => {
      const user = await insert(aDeletedUser(at(0)));
      const claim = aUser({ identifiers: [proved(user.identifiers[0]!.identifier)] });
      expect(await outcomeOf(insert(claim))).toBe('identifier-taken');
    });

    it('gives an identifier to one of 20 parallel registrations and leaves nothing of the others', async () => {
      const email = anEmail();
      const users = Array.from({ length: 20 }, () => aUser({ identifiers: [proved(email)] }));
      const outcomes = await Promise.all(users.map((user) => outcomeOf(insert(user))));
      expect(tally(outcomes)).toEqual({ done: 1, 'identifier-taken': 19 });
      const stored = await Promise.all(users.map(({ id }) => stateOf(id)));
      expect(stored.filter((state) => state !== undefined)).toEqual([users[outcomes.indexOf('done')]!.state]);
    });

    it.each<[string, (accounts: Accounts, user: User) => Promise<User | null>]>([
      ['its id', (accounts, { id }) => accounts.lockById(id)],
      ['an identifier', (accounts, { identifiers }) => accounts.lockByIdentifier(identifiers[0]!.identifier)],
    ])('lets those who lock an account by %s take turns', async (_what, lock) => {
      const user = await insert(aUser({ profile: { displayName: '0', locale: null } }));
      await inParallel(20, () =>
        run(async (accounts) => {
          const current = await lock(accounts, user);
          const counted = String(Number(current?.profile.displayName) + 1);
          accounts.update(current!.withProfile({ displayName: counted }, at(1)));
        }),
      );
      expect((await stateOf(user.id))?.profile.displayName).toBe('20');
    });

    it('leaves one identifier when the last two are removed in parallel', async () => {
      const user = await insert(aUser({ identifiers: [proved(), proved()] }));
      const outcomes = await Promise.all(
        user.identifiers.map(({ id }) =>
          outcomeOf(
            run(async (accounts) => {
              const { removed } = (await accounts.lockById(user.id))!.withoutIdentifier(id, at(1));
              accounts.removeIdentifier(user.id, removed);
            }),
          ),
        ),
      );
      expect(tally(outcomes)).toEqual({ done: 1, 'last-identifier': 1 });
      expect((await stateOf(user.id))?.identifiers).toHaveLength(1);
    });

    it.each<[string, (accounts: Accounts, lost: VerifiedIdentifier, heir: User) => void]>([
      ['nobody', () => undefined],
      ['somebody else', (accounts, lost, heir) => accounts.addIdentifier(heir.id, lost)],
    ])(
      'does not lead to an account by what %s holds once the wait for its lock is over',
      async (_who, passOn) => {
        const [lost, heir] = [proved(), await insert(aUser())];
        const user = await insert(aUser({ identifiers: [lost, proved()] }));
        const locked = Promise.withResolvers<void>();
        const removal = run(async (accounts) => {
          await accounts.lockById(user.id);
          accounts.removeIdentifier(user.id, lost);
          passOn(accounts, lost, heir);
          locked.resolve();
          await subject.someoneWaits();
        });
        await locked.promise;
        const found = run((accounts) => accounts.lockByIdentifier(lost.identifier));
        await removal;
        expect((await found)?.id).not.toBe(user.id);
      },
    );

    it('is not changed through what it was given or gave away', async () => {
      const user = aUser();
      const before = structuredCloneOf(user.state);
      await insert(user);
      vandalise(user.state);
      vandalise((await stateOf(user.id))!);
      vandalise((await run((accounts) => accounts.lockById(user.id)))!.state);
      expect(structuredCloneOf((await stateOf(user.id))!)).toEqual(before);
    });

    describe('erasing deleted accounts', () => {
      const eraseDeleted = (limit: number) => run((accounts) => accounts.eraseDeleted(at(0), limit));

      it('erases those deleted before the instant, and frees their identifiers', async () => {
        const [gone, reserved, active] = [aDeletedUser(at(-1)), aDeletedUser(at(0)), aUser()];
        for (const user of [gone, reserved, active]) await insert(user);
        expect(await eraseDeleted(10)).toEqual([gone.id]);
        expect(await stateOf(gone.id)).toBeUndefined();
        expect(await stateOf(reserved.id)).toEqual(reserved.state);
        expect(await stateOf(active.id)).toEqual(active.state);
        const successor = aUser({ identifiers: [proved(gone.identifiers[0]!.identifier)] });
        expect(await outcomeOf(insert(successor))).toBe('done');
      });

      it('begins with those deleted longest ago and keeps to its limit', async () => {
        const users = [3, 1, 2].map((age) => aDeletedUser(at(-days(age))));
        for (const user of users) await insert(user);
        expect((await eraseDeleted(2)).toSorted()).toEqual([users[0]!.id, users[2]!.id].sort());
        const left = await Promise.all(users.map(({ id }) => stateOf(id)));
        expect(left.map((state) => state !== undefined)).toEqual([false, true, false]);
      });

      it('erases each account once when several instances clean up in parallel', async () => {
        const users = await inParallel(30, () => insert(aDeletedUser(at(-1))));
        const erased = await inParallel(10, () => eraseDeleted(30));
        expect(erased.flat().sort()).toEqual(users.map(({ id }) => id).sort());
      });
    });
  });
}

const structuredCloneOf = (state: UserState): unknown => JSON.parse(JSON.stringify(state));

/** What no caller may do by its types, done anyway. */
function vandalise(state: UserState): void {
  state.createdAt.setTime(0);
  state.identifiers[0]?.verifiedAt.setTime(0);
  (state.roles as string[]).push('admin');
  (state.profile as { displayName: string }).displayName = 'Mallory';
  (state.identifiers as VerifiedIdentifier[]).pop();
}
