import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountQuery, AccountSearch, Accounts, User, UserState } from '#domain/identity';
import { Identifier } from '#domain/identity';
import { days, type UnitOfWork } from '#domain/kernel';
import { at } from '#domain/kernel/testing';
import { aDeletedUser, aUser, proved } from './user.mother.js';

export interface AccountSearchSubject {
  readonly unitOfWork: UnitOfWork<{ readonly accounts: Accounts }>;
  readonly search: AccountSearch;
}

const email = (value: string) => proved(Identifier.of('email', value));
const phone = (value: string) => proved(Identifier.of('phone', value));
const named = (displayName: string | null, overrides: Partial<UserState> = {}): User =>
  aUser({ profile: { displayName, locale: null }, ...overrides });

/** Run by a spec for each adapter, on a database without accounts. */
export function describeAccountSearchContract(
  name: string,
  makeSubject: () => AccountSearchSubject | Promise<AccountSearchSubject>,
): void {
  describe(`AccountSearch contract: ${name}`, () => {
    let subject: AccountSearchSubject;

    beforeEach(async () => {
      subject = await makeSubject();
    });

    const insert = (...users: User[]) =>
      subject.unitOfWork.run(async ({ accounts }) => users.forEach((user) => accounts.insert(user)));
    const page = (query: Partial<AccountQuery> = {}) =>
      subject.search.search(
        {
          startsWith: null,
          status: null,
          role: null,
          createdFrom: null,
          createdTo: null,
          after: null,
          limit: 100,
          ...query,
        },
        at(0),
      );
    const found = async (query: Partial<AccountQuery> = {}) =>
      (await page(query)).accounts.map(({ id }) => id);
    /** Every page to the last, with whatever `between` does while the reader is between two of them. */
    const walk = async (query: Partial<AccountQuery>, between: () => Promise<unknown> = async () => null) => {
      const ids: string[] = [];
      for (let after: AccountQuery['after'] = null; ;) {
        const { accounts, next } = await page({ ...query, after });
        ids.push(...accounts.map(({ id }) => id));
        if (!next) return ids;
        after = next;
        await between();
      }
    };
    const idsOf = (users: readonly User[]) => users.map(({ id }) => id);

    it('lists accounts whole, newest first, and those of one instant by id', async () => {
      const [old, one, two] = [
        aUser({ createdAt: at(-1) }),
        aUser(),
        aUser({ identifiers: [proved(), proved()] }),
      ];
      await insert(one, old, two);
      const { accounts, next } = await page();
      expect(accounts.map(({ state }) => state)).toEqual([two, one, old].map(({ state }) => state));
      expect(next).toBeNull();
    });

    it('finds nobody where nobody is', async () => {
      expect(await page()).toEqual({ accounts: [], next: null });
      expect(await page({ startsWith: 'ada' })).toEqual({ accounts: [], next: null });
    });

    it.each([[1], [2], [3], [6], [7]])('gives each account once in pages of %i', async (limit) => {
      const users = Array.from({ length: 6 }, (_, i) =>
        named(`Ada ${i}`, { createdAt: at(Math.floor(i / 2)) }),
      );
      await insert(...users);
      expect(await walk({ limit })).toEqual(idsOf([...users].reverse()));
      expect(await walk({ limit, startsWith: 'ada' })).toEqual(idsOf(users));
    });

    it.each([[null], ['ada']])(
      'shows whoever is there all along once while others come and go (search: %s)',
      async (startsWith) => {
        const users = Array.from({ length: 6 }, (_, i) => named(`Ada ${i}`, { createdAt: at(i) }));
        await insert(...users);
        let round = 0;
        const seen = await walk({ startsWith, limit: 2 }, async () => {
          await insert(
            named('Ada', { createdAt: at(days(1)) }),
            named('Ada 9', { createdAt: at(-days(++round)) }),
          );
          // The account that the cursor was made from.
          const last = users[startsWith === null ? 6 - 2 * round : 2 * round - 1];
          if (last)
            await subject.unitOfWork.run(async ({ accounts }) => accounts.update(last.deleted(at(0))));
        });
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen).toEqual(expect.arrayContaining(idsOf(users)));
      },
    );

    it('tells the states apart, also where a lock is over, and leaves deleted ones out unless asked', async () => {
      const users = {
        active: aUser(),
        unlocked: aUser({ lockedUntil: at(0) }),
        locked: aUser({ lockedUntil: at(1) }),
        suspended: aUser({ status: 'suspended', lockedUntil: at(1) }),
        pending: aUser({ status: 'pending' }),
        deleted: aDeletedUser(at(0)),
      };
      await insert(...Object.values(users));
      const ids = async (status: AccountQuery['status']) => (await found({ status })).sort();
      expect(await ids('active')).toEqual(idsOf([users.active, users.unlocked]));
      for (const status of ['locked', 'suspended', 'pending', 'deleted'] as const) {
        expect(await ids(status)).toEqual([users[status].id]);
      }
      expect(await ids(null)).toEqual(idsOf(Object.values(users)).filter((id) => id !== users.deleted.id));
    });

    it('filters by role, and by creation from an instant up to, not at, another', async () => {
      const [user, both] = [
        aUser({ createdAt: at(1) }),
        aUser({ roles: ['user', 'admin'], createdAt: at(2) }),
      ];
      await insert(user, both, aUser({ roles: [], createdAt: at(3) }));
      expect(await found({ role: 'user' })).toEqual(idsOf([both, user]));
      expect(await found({ role: 'admin' })).toEqual([both.id]);
      expect(await found({ role: 'adm' })).toEqual([]);
      expect(await found({ createdFrom: at(1), createdTo: at(2) })).toEqual([user.id]);
      expect(await found({ createdFrom: at(2), role: 'user', startsWith: 'ad' })).toEqual([both.id]);
    });

    it('finds by how the name or an identifier begins, in any case', async () => {
      const byName = named('Ädäle Ünal', { identifiers: [email('zoe@example.com')] });
      const byEmail = named(null, { identifiers: [phone('+4915112345678'), email('ada@example.com')] });
      await insert(byName, byEmail, named('Grace Ada', { identifiers: [email('grace@example.com')] }));
      expect(await found({ startsWith: 'äDÄ' })).toEqual([byName.id]);
      expect(await found({ startsWith: 'ADA@' })).toEqual([byEmail.id]);
      expect(await found({ startsWith: '+49151' })).toEqual([byEmail.id]);
      expect(await found({ startsWith: 'example' })).toEqual([]);
    });

    it('lists an account once that matches in several ways: by its first identifier, else by its name', async () => {
      const often = named('Ada', { identifiers: [email('ada.z@example.com'), email('ada.a@example.com')] });
      const between = named(null, { identifiers: [email('ada.m@example.com')] });
      const [b, a] = ['Ada B', 'Ada A'].map((name) =>
        named(name, { identifiers: [email(`${name.slice(4).toLowerCase()}@example.com`)] }),
      );
      await insert(often, between, b!, a!);
      for (const limit of [1, 2, 3, 4]) {
        expect(await walk({ startsWith: 'ada', limit })).toEqual(idsOf([often, between, a!, b!]));
      }
    });

    it.each([['%'], ['_'], ['A%'], ['A_a'], ['\\'], ["'"], ['.*'], ['^'], [';--']])(
      'takes %s for itself and nothing more',
      async (startsWith) => {
        const literal = named(`${startsWith} x`, { identifiers: [email('x@example.com')] });
        await insert(literal, named('Ada', { identifiers: [email('a.a@example.com')] }));
        expect(await found({ startsWith })).toEqual([literal.id]);
      },
    );
  });
}
