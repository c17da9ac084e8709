import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { audited, signInAdministrator } from './support/administrator.js';
import { Client, newEmail, tally, type SignedIn } from './support/client.js';
import { startInstallation, type Installation } from './support/installation.js';
import type { Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

let count = 0;
const newName = (): string => `role-${++count}`;

describe('Roles', () => {
  let installation: Installation;
  let gatehouse: Gatehouse;
  let elsewhere: Gatehouse;
  let client: Client;
  let admin: SignedIn;

  beforeAll(async () => {
    installation = await startInstallation({ OTP_SENDS: '100' }, { OTP_SENDS: '100' });
    [gatehouse, elsewhere] = installation.instances as [Gatehouse, Gatehouse];
    client = new Client(gatehouse);
    admin = await signInAdministrator(gatehouse);
  });
  afterAll(() => installation.stop());

  const make = async (...permissions: string[]): Promise<string> => {
    const name = newName();
    await client.post('admin/roles', { name, permissions }, admin.accessToken).expect(201);
    return name;
  };
  const give = (person: SignedIn, roles: readonly string[], by = admin) =>
    client.put(`admin/users/${person.user.id}/roles`, { roles }, by.accessToken);
  /** Somebody new who has a role that grants this. */
  const holding = async (...permissions: string[]): Promise<SignedIn> => {
    const person = await client.signIn(newEmail());
    await give(person, ['user', await make(...permissions)]).expect(200);
    return person;
  };
  const mayList = async (person: SignedIn, instance = gatehouse): Promise<number> =>
    (await new Client(instance).get('admin/roles', person.accessToken)).status;

  it('begin with those of the system', async () => {
    const { body } = await client.get('admin/roles', admin.accessToken).expect(200);
    expect(body.items).toMatchObject([
      { name: 'admin', permissions: ['*:*'], system: true },
      { name: 'moderator', system: true },
      { name: 'user', permissions: [], system: true },
    ]);
  });

  it('come in pages, by name, that hold together while roles come and go', async () => {
    type Page = { items: { name: string }[]; nextCursor: string | null };
    const page = async (query: object): Promise<Page> =>
      (await client.get('admin/roles', admin.accessToken).query(query).expect(200)).body as Page;
    const [gone] = [await make(), await make()];
    const all = (await page({ limit: 100 })).items.map(({ name }) => name);
    expect(all).toEqual(all.toSorted());
    const first = await page({ limit: all.indexOf(gone) + 1 });
    expect(first.items.at(-1)?.name).toBe(gone);
    await client.delete(`admin/roles/${gone}`, admin.accessToken).expect(204);
    const second = await page({ limit: 100, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(all);
    expect(second.nextCursor).toBeNull();
  });

  it.each(['cursor=AAAA', 'cursor=../..', 'limit=0', 'limit=101', 'page=2'])(
    'refuses to list by %s',
    async (query) => {
      expectProblem(await client.get(`admin/roles?${query}`, admin.accessToken), 400);
    },
  );

  it('are made, changed and deleted, each on record', async () => {
    const name = newName();
    const made = await client
      .post(
        'admin/roles',
        { name, description: 'Helps', permissions: ['users:read', 'users:read'] },
        admin.accessToken,
      )
      .expect(201);
    expect(made.body).toMatchObject({
      name,
      description: 'Helps',
      permissions: ['users:read'],
      system: false,
    });
    const changed = await client
      .put(`admin/roles/${name}`, { permissions: ['*:read'] }, admin.accessToken)
      .expect(200);
    expect(changed.body).toMatchObject({ name, description: '', permissions: ['*:read'] });
    expect((await client.get(`admin/roles/${name}`, admin.accessToken).expect(200)).body).toEqual(
      changed.body,
    );
    await client.delete(`admin/roles/${name}`, admin.accessToken).expect(204);
    expectProblem(await client.get(`admin/roles/${name}`, admin.accessToken), 404, 'role-not-found');
    expectProblem(await client.delete(`admin/roles/${name}`, admin.accessToken), 404, 'role-not-found');

    const rows = await audited(gatehouse, 'role.created', 'role.updated', 'role.deleted');
    expect(rows.filter(({ metadata }) => metadata?.['role'] === name)).toMatchObject([
      { action: 'role.created', actor_id: admin.user.id, metadata: { permissions: 'users:read' } },
      {
        action: 'role.updated',
        actor_id: admin.user.id,
        metadata: { before: 'users:read', permissions: '*:read' },
      },
      { action: 'role.deleted', actor_id: admin.user.id },
    ]);
  });

  it('have no description where null is given for one', async () => {
    const body = { name: newName(), description: null, permissions: [] };
    const made = await client.post('admin/roles', body, admin.accessToken).expect(201);
    expect(made.body.description).toBe('');
  });

  it('are given and taken on record', async () => {
    const person = await client.signIn(newEmail());
    const { body } = await give(person, ['moderator', 'user']).expect(200);
    expect(body).toMatchObject({ id: person.user.id, roles: ['moderator', 'user'] });
    const rows = await audited(gatehouse, 'user.roles-changed');
    expect(rows.filter(({ user_id }) => user_id === person.user.id)).toMatchObject([
      { actor_id: admin.user.id, metadata: { before: 'user', roles: 'moderator,user' } },
    ]);
  });

  it.each([
    ['*:read', { list: 200, make: 403 }],
    ['roles:*', { list: 200, make: 201 }],
    ['roles:read', { list: 200, make: 403 }],
    ['roles:manage', { list: 403, make: 201 }],
    ['roles-x:*', { list: 403, make: 403 }],
    ['users:*', { list: 403, make: 403 }],
  ])('that grant %s open what it covers and nothing else', async (permission, expected) => {
    const person = await holding(permission);
    const made = await client.post('admin/roles', { name: newName(), permissions: [] }, person.accessToken);
    expect({ list: await mayList(person), make: made.status }).toEqual(expected);
  });

  it('add up', async () => {
    const person = await client.signIn(newEmail());
    await give(person, [await make('roles:manage'), await make('roles:read')]).expect(200);
    expect(await mayList(person)).toBe(200);
    await client
      .post('admin/roles', { name: newName(), permissions: ['roles:read'] }, person.accessToken)
      .expect(201);
  });

  describe('when they change, while the token stays the same', () => {
    it('count here at once, and on another instance within a second though nobody tells it', async () => {
      const person = await client.signIn(newEmail());
      const role = await make('roles:read');
      expect([await mayList(person), await mayList(person, elsewhere)]).toEqual([403, 403]);
      await give(person, ['user', role]).expect(200);
      expect(await mayList(person)).toBe(200);
      elsewhere.clock.advance(1_000);
      expect(await mayList(person, elsewhere)).toBe(200);

      await give(person, ['user']).expect(200);
      expect(await mayList(person)).toBe(403);
      elsewhere.clock.advance(1_000);
      expect(await mayList(person, elsewhere)).toBe(403);
    });

    it('do so in what they grant as well', async () => {
      const person = await client.signIn(newEmail());
      const role = await make('roles:read');
      await give(person, ['user', role]).expect(200);
      elsewhere.clock.advance(1_000);
      expect([await mayList(person), await mayList(person, elsewhere)]).toEqual([200, 200]);
      await client.put(`admin/roles/${role}`, { permissions: [] }, admin.accessToken).expect(200);
      expect(await mayList(person)).toBe(403);
      elsewhere.clock.advance(1_000);
      expect(await mayList(person, elsewhere)).toBe(403);
    });

    it('are what the session shows, and what the next token says', async () => {
      const person = await client.signIn(newEmail());
      await give(person, ['user', 'moderator']).expect(200);
      const { body } = await client.get('auth/session', person.accessToken).expect(200);
      expect(body.user.roles).toEqual(['user', 'moderator']);
      const refreshed = (await client.refresh(person.refreshToken).expect(200)).body as SignedIn;
      const payload = Buffer.from(refreshed.accessToken.split('.')[1]!, 'base64url').toString();
      const claims = JSON.parse(payload) as object;
      expect(claims).toMatchObject({ roles: ['user', 'moderator'] });
    });
  });

  describe('do not let anybody rise', () => {
    const exceeds = async (attempt: PromiseLike<Parameters<typeof expectProblem>[0]>) =>
      expectProblem(await attempt, 403, 'exceeds-own-permissions');

    it('by a role that grants more, new, changed, or given to themselves', async () => {
      const keeper = await holding('roles:*', 'users:read');
      const { body } = await client.get('auth/me', keeper.accessToken).expect(200);
      const own = (body.roles as string[]).find((name) => name !== 'user')!;
      const name = newName();
      for (const permission of ['*:*', 'users:*', '*:read', 'audit:read']) {
        const permissions = ['users:read', permission];
        await exceeds(client.post('admin/roles', { name, permissions }, keeper.accessToken));
        await exceeds(client.put(`admin/roles/${own}`, { permissions }, keeper.accessToken));
      }
      for (const role of ['admin', 'moderator']) await exceeds(give(keeper, [own, role], keeper));
      await client.post('admin/roles', { name, permissions: ['users:read'] }, keeper.accessToken).expect(201);
      await give(keeper, ['user', own, name], keeper).expect(200);
    });

    it('by pulling down whoever stands higher', async () => {
      const keeper = await holding('roles:*');
      await exceeds(give(admin, ['user'], keeper));
      await exceeds(client.put('admin/roles/moderator', { permissions: [] }, keeper.accessToken));
      await exceeds(client.delete(`admin/roles/${await make('audit:read')}`, keeper.accessToken));
    });

    it('by fields that nobody asked for', async () => {
      const keeper = await holding('roles:*');
      const refused = async (attempt: PromiseLike<Parameters<typeof expectProblem>[0]>) =>
        expectProblem(await attempt, 400, 'validation-failed');
      const role = { name: newName(), permissions: [] };
      await refused(client.post('admin/roles', { ...role, system: true }, keeper.accessToken));
      await refused(client.put('admin/roles/user', { permissions: [], name: 'admin' }, keeper.accessToken));
      await refused(client.put('users/me', { roles: ['admin'] }, keeper.accessToken));
      await refused(client.put('users/me', { displayName: 'Eve', status: 'active' }, keeper.accessToken));
      await refused(client.post('auth/register', { identifier: newEmail(), roles: ['admin'] }));
      await refused(client.post('auth/login/init', { identifier: newEmail(), roles: ['admin'] }));
    });
  });

  it.each([
    [{ permissions: 'users:read' }, 'validation-failed'],
    [{ permissions: [7] }, 'validation-failed'],
    [{ permissions: [null] }, 'validation-failed'],
    [{}, 'validation-failed'],
    [{ permissions: Array.from({ length: 101 }, (_, i) => `a${i}:b`) }, 'validation-failed'],
    [{ permissions: [], description: 'x'.repeat(201) }, 'validation-failed'],
    [{ permissions: ['users'] }, 'invalid-permission'],
    [{ permissions: ['user*:read'] }, 'invalid-permission'],
    [{ permissions: ['users:read '] }, 'invalid-permission'],
  ])('are not defined by %j', async (definition, code) => {
    const body = { name: newName(), ...definition };
    expectProblem(await client.post('admin/roles', body, admin.accessToken), 400, code);
    expectProblem(await client.put('admin/roles/user', definition, admin.accessToken), 400, code);
  });

  it.each(['Admin', 'a b', '1a', 'a--b', 'x'.repeat(41), '', 7, null])('are not called %j', async (name) => {
    expectProblem(await client.post('admin/roles', { name, permissions: [] }, admin.accessToken), 400);
  });

  it.each([
    [['gone'], 'unknown-role'],
    [['user', 'constructor'], 'unknown-role'],
    ['user', 'validation-failed'],
    [[['user']], 'validation-failed'],
    [['*'], 'validation-failed'],
    [Array.from({ length: 21 }, (_, i) => `r${i}`), 'validation-failed'],
  ])('are not given as %j', async (roles, code) => {
    const person = await client.signIn(newEmail());
    const path = `admin/users/${person.user.id}/roles`;
    expectProblem(await client.put(path, { roles }, admin.accessToken), 400, code);
  });

  it('are given to somebody who exists', async () => {
    const response = await client.put(
      `admin/users/${randomUUID()}/roles`,
      { roles: ['user'] },
      admin.accessToken,
    );
    expectProblem(response, 404, 'user-not-found');
  });

  it('stay where they are needed', async () => {
    for (const name of ['admin', 'moderator', 'user']) {
      expectProblem(await client.delete(`admin/roles/${name}`, admin.accessToken), 409, 'system-role');
    }
    const change = await client.put('admin/roles/admin', { permissions: [] }, admin.accessToken);
    expectProblem(change, 409, 'role-protected');
    const person = await client.signIn(newEmail());
    const role = await make('users:read');
    await give(person, [role]).expect(200);
    expectProblem(await client.delete(`admin/roles/${role}`, admin.accessToken), 409, 'role-in-use');
    await give(person, []).expect(200);
    await client.delete(`admin/roles/${role}`, admin.accessToken).expect(204);
    expectProblem(await give(person, [role]), 400, 'unknown-role');
  });

  it('are made once under a name, by one of many at once', async () => {
    const body = { name: newName(), permissions: [] };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.post('admin/roles', body, admin.accessToken)),
    );
    expect(tally(answers)).toEqual({ 201: 1, 409: 9 });
  });

  describe('leave an administrator', () => {
    const another = async (): Promise<SignedIn> => {
      const person = await client.signIn(newEmail());
      await give(person, ['user', 'admin']).expect(200);
      return person;
    };
    const isAdministrator = async (person: SignedIn) => (await mayList(person)) === 200;

    it('who cannot resign or go while there is no other', async () => {
      expectProblem(await give(admin, ['user']), 409, 'last-administrator');
      expectProblem(await client.delete('users/me', admin.accessToken), 409, 'last-administrator');
      expect(await isAdministrator(admin)).toBe(true);
    });

    it('of two who strip each other at once', async () => {
      for (let round = 0; round < 5; round++) {
        const other = await another();
        const answers = await Promise.all([give(other, ['user'], admin), give(admin, ['user'], other)]);
        expect(tally(answers)).toEqual({ 200: 1, 403: 1 });
        if (!(await isAdministrator(admin))) admin = other;
        expect(await isAdministrator(admin)).toBe(true);
      }
    });

    it('of three who resign or go at once', async () => {
      const [second, third] = [await another(), await another()];
      const answers = await Promise.all([
        give(admin, [], admin),
        client.delete('users/me', second.accessToken),
        give(third, ['user'], third),
      ]);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(1);
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(2);
      admin = [admin, second, third][answers.findIndex(({ status }) => status === 409)]!;
      expect(await isAdministrator(admin)).toBe(true);
    });
  });
});
