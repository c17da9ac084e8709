import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryDatabase,
  InMemoryRoleDirectory,
  InMemoryUnitOfWork,
  InProcessRoleEvents,
} from '#adapters/memory';
import { aRole, permissions } from '#domain/access/testing';
import type { User } from '#domain/identity';
import { aUser } from '#domain/identity/testing';
import { anOrigin, at, FixedClock, outcomeOf } from '#domain/kernel/testing';
import { CreateRole } from './create-role.use-case.js';
import { DeleteRole } from './delete-role.use-case.js';
import { GetRole } from './get-role.use-case.js';
import { ListRoles } from './list-roles.use-case.js';
import { UpdateRole } from './update-role.use-case.js';

describe('The definition of roles', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let heard: string[];
  let admin: User;
  let keeper: User;
  let create: CreateRole;
  let update: UpdateRole;
  let remove: DeleteRole;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    const events = new InProcessRoleEvents();
    heard = [];
    events.subscribe((role) => heard.push(role));
    const dependencies = [unitOfWork, events, new FixedClock(at(5))] as const;
    [create, update, remove] = [
      new CreateRole(...dependencies),
      new UpdateRole(...dependencies),
      new DeleteRole(...dependencies),
    ];
    [admin, keeper] = [aUser({ roles: ['admin'] }), aUser({ roles: ['keeper'] })];
    await unitOfWork.run(async ({ accounts, roles }) => {
      accounts.insert(admin);
      accounts.insert(keeper);
      roles.insert(aRole({ name: 'keeper', permissions: permissions('roles:*', 'users:read') }));
      roles.insert(aRole({ name: 'billing', permissions: permissions('invoices:*') }));
    });
  });

  const command = (actor: User, name: string, ...texts: string[]) => ({
    actorId: actor.id,
    name,
    definition: { description: 'Helps people', permissions: permissions(...texts) },
    origin: anOrigin(),
  });
  const find = (name: string) => new GetRole(new InMemoryRoleDirectory(database)).execute(name);
  const list = async () =>
    (await new ListRoles(new InMemoryRoleDirectory(database)).execute()).map(({ state }) => state);
  const stored = async (name: string) => (await find(name)).permissions.map(String);
  const audited = () =>
    database.tables.audit.map(({ action, actorId, metadata }) => ({ action, actorId, metadata }));

  it('is made, changed and deleted on record, and every instance is told', async () => {
    await create.execute(command(admin, 'support', 'users:read', 'sessions:*'));
    expect((await find('support')).state).toEqual({
      name: 'support',
      description: 'Helps people',
      permissions: permissions('users:read', 'sessions:*'),
      system: false,
      createdAt: at(5),
      updatedAt: at(5),
    });
    await update.execute(command(admin, 'support', '*:read'));
    expect(await stored('support')).toEqual(['*:read']);
    await remove.execute({ actorId: admin.id, name: 'support', origin: anOrigin() });
    expect(await outcomeOf(find('support'))).toBe('role-not-found');

    const [actorId, role] = [admin.id, 'support'];
    expect(audited()).toEqual([
      { action: 'role.created', actorId, metadata: { role, permissions: 'users:read,sessions:*' } },
      {
        action: 'role.updated',
        actorId,
        metadata: { role, before: 'users:read,sessions:*', permissions: '*:read' },
      },
      { action: 'role.deleted', actorId, metadata: { role, permissions: '*:read' } },
    ]);
    expect(heard).toEqual([role, role, role]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a role that grants more', () => create.execute(command(keeper, 'mine', 'users:read', '*:read'))],
    ['more in a role', () => update.execute(command(keeper, 'keeper', 'roles:*', 'users:*'))],
    ['less in a role that grants more', () => update.execute(command(keeper, 'billing'))],
    [
      'an end to a role that grants more',
      () => remove.execute({ actorId: keeper.id, name: 'billing', origin: anOrigin() }),
    ],
  ])('does not let anybody who holds less make %s', async (_what, attempt) => {
    const before = await list();
    expect(await outcomeOf(attempt())).toBe('exceeds-own-permissions');
    expect(await list()).toEqual(before);
    expect([audited(), heard]).toEqual([[], []]);
  });

  it('lets those who hold enough', async () => {
    expect(await outcomeOf(create.execute(command(keeper, 'mine', 'users:read', 'roles:read')))).toBe('done');
    expect(await outcomeOf(update.execute(command(keeper, 'keeper', 'roles:*')))).toBe('done');
  });

  it('asks for the right itself, whatever let the request in', async () => {
    await unitOfWork.run(async ({ accounts }) => accounts.update(keeper.withRoles(['moderator'], at(1))));
    expect(await outcomeOf(create.execute(command(keeper, 'mine')))).toBe('permission-denied');
    expect(await outcomeOf(update.execute(command(keeper, 'user')))).toBe('permission-denied');
    const deletion = remove.execute({ actorId: keeper.id, name: 'user', origin: anOrigin() });
    expect(await outcomeOf(deletion)).toBe('permission-denied');
  });

  it('keeps what an administrator may do, and every system role', async () => {
    expect(await outcomeOf(update.execute(command(admin, 'admin', 'users:read')))).toBe('role-protected');
    for (const name of ['admin', 'moderator', 'user']) {
      const deletion = remove.execute({ actorId: admin.id, name, origin: anOrigin() });
      expect(await outcomeOf(deletion)).toBe('system-role');
    }
    expect(await outcomeOf(update.execute(command(admin, 'moderator', 'users:read')))).toBe('done');
  });

  it('keeps a role that somebody has', async () => {
    const deletion = remove.execute({ actorId: admin.id, name: 'keeper', origin: anOrigin() });
    expect(await outcomeOf(deletion)).toBe('role-in-use');
  });

  it('knows what is not there, and what is already', async () => {
    const deletion = remove.execute({ actorId: admin.id, name: 'gone', origin: anOrigin() });
    expect(await outcomeOf(deletion)).toBe('role-not-found');
    expect(await outcomeOf(update.execute(command(admin, 'gone')))).toBe('role-not-found');
    expect(await outcomeOf(create.execute(command(admin, 'user')))).toBe('role-exists');
  });

  it.each(['', 'A', 'a b', '-a', 'a-', 'a--b', '1a', 'ä', 'a:b', 'a\n', 'a'.repeat(41)])(
    'has a plain name, unlike %j',
    async (name) => {
      expect(await outcomeOf(create.execute(command(admin, name)))).toBe('invalid-role-name');
    },
  );
});
