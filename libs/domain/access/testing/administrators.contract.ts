import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  ADMINISTRATOR,
  ensureAnAdministratorRemains,
  type Accounts,
  type Administrators,
  type User,
  type UserState,
} from '#domain/identity';
import { aUser } from '#domain/identity/testing';
import { minutes, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, outcomeOf, tally } from '#domain/kernel/testing';

export interface AdministratorsSubject {
  readonly unitOfWork: UnitOfWork<{ readonly accounts: Accounts; readonly administrators: Administrators }>;
}

/** Run by a spec for each adapter, on a database without accounts. */
export function describeAdministratorsContract(
  name: string,
  makeSubject: () => AdministratorsSubject | Promise<AdministratorsSubject>,
): void {
  describe(`Administrators contract: ${name}`, () => {
    let subject: AdministratorsSubject;

    beforeEach(async () => {
      subject = await makeSubject();
    });

    const now = at(minutes(10));
    const insert = async (overrides: Partial<UserState> = {}): Promise<User> => {
      const user = aUser({ roles: ['user', ADMINISTRATOR], ...overrides });
      await subject.unitOfWork.run(async ({ accounts }) => accounts.insert(user));
      return user;
    };
    const exist = (besides: User | null) =>
      subject.unitOfWork.run(({ administrators }) => administrators.existBesides(besides?.id ?? null, now));

    it('knows of the one that is left out and of others', async () => {
      expect(await exist(null)).toBe(false);
      const one = await insert();
      expect(await exist(null)).toBe(true);
      expect(await exist(one)).toBe(false);
      await insert();
      expect(await exist(one)).toBe(true);
    });

    it.each<[string, Partial<UserState>, boolean]>([
      ['is suspended', { status: 'suspended' }, false],
      ['is deleted', { status: 'deleted', deletedAt: at(0) }, false],
      ['has proved nothing yet', { status: 'pending' }, false],
      ['is locked', { lockedUntil: at(minutes(10) + 1) }, false],
      ['was locked until now', { lockedUntil: now }, true],
      ['has a role of a similar name', { roles: ['admins', 'user'] }, false],
      ['has no role', { roles: [] }, false],
    ])('knows whether somebody counts who %s', async (_how, overrides, counts) => {
      await insert(overrides);
      expect(await exist(null)).toBe(counts);
    });

    it('leaves one of ten who all resign at once', async () => {
      const administrators = await inParallel(10, () => insert());
      const outcomes = await Promise.all(
        administrators.map(({ id }) =>
          outcomeOf(
            subject.unitOfWork.run(async (tx) => {
              const user = (await tx.accounts.lockById(id))!;
              await ensureAnAdministratorRemains(tx, user, now);
              tx.accounts.update(user.withRoles([], now));
            }),
          ),
        ),
      );
      expect(tally(outcomes)).toEqual({ done: 9, 'last-administrator': 1 });
      expect(await exist(null)).toBe(true);
    });
  });
}
