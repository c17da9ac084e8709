import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  roleExists,
  SYSTEM_ROLES,
  type Permission,
  type Role,
  type RoleDirectory,
  type Roles,
  type UserRolesTx,
} from '#domain/access';
import { aUser } from '#domain/identity/testing';
import type { UnitOfWork } from '#domain/kernel';
import { at, inParallel, newId, outcomeOf, tally } from '#domain/kernel/testing';
import { aRole, permissions } from './role.mother.js';

export interface RolesSubject {
  readonly unitOfWork: UnitOfWork<Pick<UserRolesTx, 'roles' | 'accounts'>>;
  readonly roleDirectory: RoleDirectory;
}

/** Run by a spec for each adapter, on a database that was just migrated. */
export function describeRolesContract(
  name: string,
  makeSubject: () => RolesSubject | Promise<RolesSubject>,
): void {
  describe(`Roles contract: ${name}`, () => {
    let subject: RolesSubject;

    beforeEach(async () => {
      subject = await makeSubject();
    });

    const run = <T>(work: (roles: Roles) => Promise<T>): Promise<T> =>
      subject.unitOfWork.run(({ roles }) => work(roles));
    const insert = async (role = aRole()): Promise<Role> => {
      await run(async (roles) => roles.insert(role));
      return role;
    };
    const insertUser = (user = aUser()) => subject.unitOfWork.run(async (tx) => tx.accounts.insert(user));
    const stateOf = async (role: string) => (await subject.roleDirectory.find(role))?.state;
    const namesOf = (roles: readonly Role[]) => roles.map((role) => role.name).sort();

    it('begins with the system roles', async () => {
      const roles = await subject.roleDirectory.list();
      expect(roles.map(({ state }) => state)).toMatchObject(
        SYSTEM_ROLES.map((role) => ({ ...role, system: true })),
      );
    });

    it('gives back a role as it was stored, alone and in the list by name', async () => {
      const role = await insert(
        aRole({ description: `O'Brien "日本" \\`, permissions: permissions('a:*', '*:b') }),
      );
      expect(await stateOf(role.name)).toEqual(role.state);
      expect((await run((roles) => roles.lock(role.name)))?.state).toEqual(role.state);
      const listed = await subject.roleDirectory.list();
      expect(listed.map((each) => each.name)).toEqual(['admin', 'moderator', role.name, 'user']);
    });

    it('knows nothing of a role that was never stored', async () => {
      expect(await subject.roleDirectory.find('nobody')).toBeNull();
      expect(await run((roles) => roles.lock('nobody'))).toBeNull();
      expect(await run((roles) => roles.hold(['nobody']))).toEqual([]);
      expect(await run((roles) => roles.isInUse('nobody'))).toBe(false);
    });

    it('stores another definition, and that a role is gone', async () => {
      const [changed, deleted] = [await insert(), await insert()];
      const definition = { description: '', permissions: [] };
      await run(async (roles) => {
        roles.update(changed.redefined(definition, at(5)));
        roles.delete(deleted.name);
      });
      expect(await stateOf(changed.name)).toEqual({ ...changed.state, ...definition, updatedAt: at(5) });
      expect(await stateOf(deleted.name)).toBeUndefined();
    });

    it('refuses a name that is taken, with all that came along', async () => {
      const [taken, bystander] = [await insert(), aRole()];
      const claiming = run(async (roles) => {
        roles.insert(bystander);
        roles.insert(aRole({ name: taken.name, permissions: permissions('*:*') }));
      });
      await expect(claiming).rejects.toEqual(roleExists());
      expect(await stateOf(bystander.name)).toBeUndefined();
      expect(await stateOf(taken.name)).toEqual(taken.state);
    });

    it('gives a name to one of 20 parallel makers', async () => {
      const { name: wanted } = aRole();
      const outcomes = await inParallel(20, () => outcomeOf(insert(aRole({ name: wanted }))));
      expect(tally(outcomes)).toEqual({ done: 1, 'role-exists': 19 });
    });

    it('knows the roles that an account has, without those that do not exist', async () => {
      const role = await insert();
      const user = aUser({ roles: ['user', role.name, 'gone'] });
      await insertUser(user);
      expect(namesOf(await run((roles) => roles.ofUser(user.id)))).toEqual([role.name, 'user']);
      expect(await run((roles) => roles.ofUser(newId()))).toEqual([]);
    });

    it('holds those of the names that exist', async () => {
      const role = await insert();
      const held = await run((roles) => roles.hold(['gone', role.name, 'admin']));
      expect(namesOf(held)).toEqual(['admin', role.name]);
    });

    it.each([
      ['an account', {}],
      ['a deleted account', { status: 'deleted', deletedAt: at(0) } as const],
    ])('knows that %s has a role', async (_who, state) => {
      const role = await insert();
      expect(await run((roles) => roles.isInUse(role.name))).toBe(false);
      await insertUser(aUser({ ...state, roles: [role.name] }));
      expect(await run((roles) => roles.isInUse(role.name))).toBe(true);
    });

    it('lets those who lock a role take turns', async () => {
      const role = await insert(aRole({ description: '0' }));
      await inParallel(20, () =>
        run(async (roles) => {
          const current = (await roles.lock(role.name))!;
          const description = String(Number(current.state.description) + 1);
          roles.update(current.redefined({ description, permissions: [] }, at(1)));
        }),
      );
      expect((await stateOf(role.name))?.description).toBe('20');
    });

    it('either gives a role to somebody or deletes it when both come at once', async () => {
      for (let round = 0; round < 10; round++) {
        const [role, user] = [await insert(), aUser()];
        await insertUser(user);
        const give = subject.unitOfWork.run(async ({ roles, accounts }) => {
          const held = await roles.hold([role.name]);
          accounts.update(user.withRoles(namesOf(held), at(1)));
        });
        const remove = run(async (roles) => {
          if ((await roles.lock(role.name)) && !(await roles.isInUse(role.name))) roles.delete(role.name);
        });
        await Promise.all([give, remove]);
        const has = await run((roles) => roles.isInUse(role.name));
        expect((await stateOf(role.name)) !== undefined).toBe(has);
      }
    });

    it('is not changed through what it was given or gave away', async () => {
      const role = aRole();
      const before = plain(role.state);
      await insert(role);
      for (const { state } of [
        role,
        (await subject.roleDirectory.find(role.name))!,
        (await run((roles) => roles.lock(role.name)))!,
        (await run((roles) => roles.hold([role.name])))[0]!,
      ]) {
        state.createdAt.setTime(0);
        (state.permissions as Permission[]).push(...permissions('*:*'));
      }
      expect(plain(await stateOf(role.name))).toEqual(before);
    });
  });
}

const plain = (state: unknown): unknown => JSON.parse(JSON.stringify(state));
