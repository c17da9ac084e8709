import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryDatabase,
  InProcessSessionEvents,
  InMemoryUnitOfWork,
} from '#adapters/memory';
import type { User, UserState } from '#domain/identity';
import { aUser } from '#domain/identity/testing';
import { anOrigin, at, FixedClock, newId, outcomeOf, tally } from '#domain/kernel/testing';
import type { SessionChange } from '#domain/session';
import { aRole, permissions } from '#domain/access/testing';
import { SetUserRoles } from './set-user-roles.use-case.js';

describe('SetUserRoles', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let heard: SessionChange[];
  let setUserRoles: SetUserRoles;
  let admin: User;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    const events = new InProcessSessionEvents();
    heard = [];
    events.subscribe((change) => heard.push(change));
    setUserRoles = new SetUserRoles(unitOfWork, events, new FixedClock(at(5)));
    await unitOfWork.run(async ({ roles }) => {
      roles.insert(aRole({ name: 'reader', permissions: permissions('users:read') }));
      roles.insert(aRole({ name: 'personnel', permissions: permissions('users:*', 'roles:assign') }));
    });
    admin = await someone('user', 'admin');
  });

  const insert = async (overrides: Partial<UserState>): Promise<User> => {
    const user = aUser(overrides);
    await unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    return user;
  };
  const someone = (...roles: string[]) => insert({ roles });
  const give = (actor: User, target: { id: string }, ...roles: string[]) =>
    setUserRoles.execute({ actorId: actor.id, userId: target.id, roles, origin: anOrigin() });
  const rolesOf = async ({ id }: User) =>
    (await new InMemoryAccountDirectory(database).findById(id))?.state.roles;

  it('gives an account exactly the roles that are named, once each, on record, and tells every instance', async () => {
    const user = await someone('user', 'reader');
    const changed = await give(admin, user, 'moderator', 'user', 'moderator');
    expect(changed.state).toMatchObject({ roles: ['moderator', 'user'], updatedAt: at(5) });
    expect(await rolesOf(user)).toEqual(['moderator', 'user']);
    expect(database.tables.audit).toEqual([
      {
        action: 'user.roles-changed',
        result: 'success',
        occurredAt: at(5),
        origin: anOrigin(),
        actorId: admin.id,
        userId: user.id,
        metadata: { before: 'user,reader', roles: 'moderator,user' },
      },
    ]);
    expect(heard).toEqual([{ userId: user.id, sessionIds: 'all' }]);
  });

  it.each<[string, string[], string[], string[]]>([
    ['a role that grants more than the giver has', ['personnel'], ['user'], ['admin']],
    ['one among others that does', ['personnel'], ['user'], ['reader', 'moderator']],
    ['anything to somebody who holds more', ['personnel'], ['admin'], ['user']],
    ['anything to somebody who holds something else', ['personnel'], ['moderator'], ['reader']],
  ])('does not give %s', async (_what, own, before, wanted) => {
    const [actor, target] = [await someone(...own), await someone(...before)];
    expect(await outcomeOf(give(actor, target, ...wanted))).toBe('exceeds-own-permissions');
    expect(await rolesOf(target)).toEqual(before);
    expect([database.tables.audit, heard]).toEqual([[], []]);
  });

  it('does not let anybody give themselves more', async () => {
    const actor = await someone('personnel');
    expect(await outcomeOf(give(actor, actor, 'personnel', 'admin'))).toBe('exceeds-own-permissions');
    expect(await outcomeOf(give(actor, actor, 'personnel', 'reader'))).toBe('done');
  });

  it('goes by what the actor holds now, whatever let the request in', async () => {
    const [actor, target] = [await someone('reader', 'gone'), await someone()];
    expect(await outcomeOf(give(actor, target, 'reader'))).toBe('permission-denied');
    const shutOut = await insert({ roles: ['admin'], status: 'suspended' });
    expect(await outcomeOf(give(shutOut, target, 'reader'))).toBe('account-suspended');
  });

  it('knows no role that does not exist, and no account that does not or is deleted', async () => {
    const [user, deleted] = [await someone('user'), await insert({ status: 'deleted', deletedAt: at(0) })];
    expect(await outcomeOf(give(admin, user, 'user', 'gone'))).toBe('unknown-role');
    expect(await outcomeOf(give(admin, { id: newId() }, 'user'))).toBe('user-not-found');
    expect(await outcomeOf(give(admin, deleted, 'user'))).toBe('account-deleted');
  });

  it('leaves an administrator, who may resign once there is another', async () => {
    expect(await outcomeOf(give(admin, admin, 'user'))).toBe('last-administrator');
    await someone('admin');
    expect(await outcomeOf(give(admin, admin, 'user'))).toBe('done');
  });

  it('lets one of two win who strip each other, also where others remain', async () => {
    const other = await someone('admin');
    await someone('admin');
    const outcomes = [give(admin, other, 'user'), give(other, admin, 'user')].map(outcomeOf);
    expect(tally(await Promise.all(outcomes))).toEqual({ done: 1, 'permission-denied': 1 });
  });
});
