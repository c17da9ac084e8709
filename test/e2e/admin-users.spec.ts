import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { EraseDeletedAccounts } from '#domain/identity';
import { days } from '#domain/kernel';
import { audited, signInAdministrator } from './support/administrator.js';
import { Client, inParallel, newEmail, tally, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

interface UserPage {
  readonly items: readonly {
    readonly id: string;
    readonly status: string;
    readonly displayName: string | null;
  }[];
  readonly nextCursor: string | null;
}

describe('Administration of accounts', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  let admin: SignedIn;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ env: { OTP_SENDS: '20' } });
    client = new Client(gatehouse);
    admin = await signInAdministrator(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const path = (id: string, what = '') => `admin/users/${id}${what}`;
  const get = (id: string) => client.get(path(id), admin.accessToken);
  const put = (id: string, what: string, body: object, { accessToken } = admin) =>
    client.put(path(id, what), body, accessToken);
  const remove = (id: string, what = '', { accessToken } = admin) =>
    client.delete(path(id, what), accessToken);
  const restore = (id: string) => client.post(path(id, '/restore'), {}, admin.accessToken);
  const page = async (query: object, { accessToken } = admin) =>
    (await client.get('admin/users', accessToken).query(query).expect(200)).body as UserPage;
  const newPerson = async (displayName?: string) => {
    const email = newEmail();
    const person = await client.signIn(email);
    if (displayName) await client.put('users/me', { displayName }, person.accessToken).expect(200);
    return { ...person, email, id: person.user.id };
  };
  /** Somebody whose only role grants these permissions. */
  const staff = async (...permissions: readonly string[]) => {
    const person = await newPerson();
    const name = `staff-${randomUUID().slice(0, 8)}`;
    await client.post('admin/roles', { name, permissions }, admin.accessToken).expect(201);
    await put(person.id, '/roles', { roles: [name] }).expect(200);
    gatehouse.clock.advance(1_000);
    return client.signIn(person.email);
  };
  const records = async (userId: string, ...actions: readonly string[]) =>
    (await audited(gatehouse, ...actions)).filter((row) => row.user_id === userId);

  describe('changing', () => {
    it('changes a profile, on record with who did it', async () => {
      const person = await newPerson();
      const { body } = await put(person.id, '', { displayName: 'Ada', reason: 'ticket-7' }).expect(200);
      expect(body).toMatchObject({ displayName: 'Ada', status: 'active' });
      expect(await records(person.id, 'user.profile-updated')).toEqual([
        {
          action: 'user.profile-updated',
          result: 'success',
          actor_id: admin.user.id,
          user_id: person.id,
          reason: 'ticket-7',
          metadata: { fields: 'displayName' },
        },
      ]);
    });

    it('suspends, with the sessions, until it is activated again', async () => {
      const person = await newPerson();
      expect((await put(person.id, '', { status: 'suspended' }).expect(200)).body.status).toBe('suspended');
      expect(await client.session(person.accessToken)).toBe(401);
      await client.refresh(person.refreshToken).expect(401);
      expectProblem(await client.verify(await client.requestCode(person.email)), 403, 'account-suspended');
      await put(person.id, '', { status: 'active' }).expect(200);
      await client.signIn(person.email);
      const actions = (await records(person.id, 'user.suspended', 'user.activated')).map(
        ({ action }) => action,
      );
      expect(actions).toEqual(['user.suspended', 'user.activated']);
    });

    it.each([
      ['roles', ['admin']],
      ['id', randomUUID()],
      ['identifiers', []],
      ['passwordHash', '$2b$12$x'],
      ['password', 'correct horse battery staple'],
      ['lockedUntil', null],
      ['deletedAt', null],
      ['status', 'deleted'],
      ['status', 'pending'],
      ['reason', 'Because she asked'],
    ])('takes no %s: %j', async (field, value) => {
      const person = await newPerson();
      const before = (await get(person.id)).body;
      expectProblem(await put(person.id, '', { [field]: value }), 400, 'validation-failed');
      expect((await get(person.id)).body).toEqual(before);
    });
  });

  describe('locking', () => {
    it('ends sessions, keeps the owner out until the time is up, and can be ended before', async () => {
      const person = await newPerson();
      const until = new Date(gatehouse.clock.now().getTime() + days(1)).toISOString();
      const { body } = await put(person.id, '/lock', { until, reason: 'fraud' }).expect(200);
      expect(body).toMatchObject({ status: 'locked', lockedUntil: until });
      expect(await client.session(person.accessToken)).toBe(401);
      expectProblem(await client.verify(await client.requestCode(person.email)), 403, 'account-locked');
      expect((await put(person.id, '/unlock', {}).expect(200)).body).toMatchObject({
        status: 'active',
        lockedUntil: null,
      });
      await client.signIn(person.email);
      expect(await records(person.id, 'user.locked')).toMatchObject([
        { actor_id: admin.user.id, reason: 'fraud', metadata: { until } },
      ]);
    });

    it('lasts until it is ended where no time is given', async () => {
      const person = await newPerson();
      const { body } = await client.put(path(person.id, '/lock'), {}, admin.accessToken).expect(200);
      expect(body).toMatchObject({ status: 'locked', lockedUntil: null });
      expect((await page({ status: 'locked' })).items.map(({ id }) => id)).toContain(person.id);
    });

    it('refuses a time that is over', async () => {
      const person = await newPerson();
      const response = await put(person.id, '/lock', { until: '2020-01-01T00:00:00Z' });
      expectProblem(response, 400, 'lock-in-the-past');
    });

    it('leaves no session to whoever signs in at the same moment', async () => {
      for (let round = 0; round < 5; round++) {
        const email = newEmail();
        const { user } = await client.signIn(email);
        const challenges = [await client.requestCode(email)];
        const [locked, ...signIns] = await Promise.all([
          put(user.id, '/lock', {}),
          ...challenges.map((challenge) => client.verify(challenge)),
        ]);
        expect(locked.status).toBe(200);
        gatehouse.clock.advance(1_000);
        for (const { status, body } of signIns) {
          expect([200, 403]).toContain(status);
          if (status === 200) expect(await client.session(body.accessToken)).toBe(401);
        }
        const listed = await client.get(path(user.id, '/sessions'), admin.accessToken).expect(200);
        expect(listed.body.items).toEqual([]);
      }
    });
  });

  describe('deleting', () => {
    it('ends sessions at once on this instance, tells the owner, and can be undone', async () => {
      const person = await newPerson('Ada');
      const before = (await get(person.id)).body;
      await remove(person.id, '?reason=ticket-9').expect(204);
      expect(await client.session(person.accessToken)).toBe(401);
      await client.message(person.email, 'account-notice');
      expect((await get(person.id)).body).toMatchObject({ status: 'deleted', deletedAt: expect.any(String) });
      const deleted = await client.get('admin/users/deleted', admin.accessToken).expect(200);
      expect((deleted.body as UserPage).items.map(({ id }) => id)).toContain(person.id);
      expect((await page({ search: person.email })).items).toEqual([]);

      const { body } = await restore(person.id).expect(200);
      expect(body).toEqual({ ...before, updatedAt: expect.any(String) });
      expect((await client.signIn(person.email)).user.id).toBe(person.id);
      expect(await records(person.id, 'user.deleted', 'user.restored')).toMatchObject([
        { actor_id: admin.user.id, reason: 'ticket-9' },
        { actor_id: admin.user.id, reason: null },
      ]);
    });

    it('succeeds for one of two at once', async () => {
      const person = await newPerson();
      const answers = await inParallel(2, () => remove(person.id));
      expect(tally(answers)).toEqual({ 204: 1, 409: 1 });
      expectProblem(
        answers.find(({ status }) => status === 409)!,
        409,
        'account-deleted',
      );
      expect(await records(person.id, 'user.deleted')).toHaveLength(1);
    });

    it('leaves nothing to be changed but the deletion itself', async () => {
      const person = await newPerson();
      expectProblem(await restore(person.id), 409, 'account-not-deleted');
      await remove(person.id).expect(204);
      for (const response of [
        await put(person.id, '', { status: 'active' }),
        await put(person.id, '', { displayName: 'Ada' }),
        await put(person.id, '/lock', {}),
        await put(person.id, '/unlock', {}),
      ]) {
        expectProblem(response, 409, 'account-deleted');
      }
      expect((await get(person.id)).body.status).toBe('deleted');
    });

    it('can be undone until the reservation is over, and is final a millisecond later', async () => {
      const own = await startGatehouse();
      try {
        own.clock.stop();
        const [people, email] = [new Client(own), newEmail()];
        const chief = await signInAdministrator(own);
        const [kept, gone] = [await people.signIn(email), await people.signIn(newEmail())];
        for (const { user } of [kept, gone])
          await people.delete(path(user.id), chief.accessToken).expect(204);
        own.clock.advance(days(30));
        const { accessToken } = await people.signIn(chief.user.identifiers[0]!.value);
        const restoration = (id: string) => people.post(path(id, '/restore'), {}, accessToken);
        await restoration(kept.user.id).expect(200);
        own.clock.advance(1);
        expectProblem(await restoration(gone.user.id), 409, 'restore-too-late');
        await own.app.get(EraseDeletedAccounts, { strict: false }).execute();
        expectProblem(await restoration(gone.user.id), 404, 'user-not-found');
        expect((await people.signIn(email)).user.id).toBe(kept.user.id);
      } finally {
        await own.stop();
      }
    });
  });

  it('has the owner choose a new password: the administrator sees neither it nor the link', async () => {
    const person = await newPerson();
    const response = await client.post(path(person.id, '/password-reset'), {}, admin.accessToken).expect(202);
    expect(response.text).toBe('');
    const { text } = await client.message(person.email, 'reset-password');
    expect(text).toMatch(/https?:\/\//);
    expect(await client.session(person.accessToken)).toBe(200);
    expect(await records(person.id, 'user.password-reset-started')).toMatchObject([
      { actor_id: admin.user.id },
    ]);
  });

  describe('sessions', () => {
    it('are listed and ended, one or all, on record', async () => {
      const email = newEmail();
      const [one, two, three] = [
        await client.signIn(email),
        await client.signIn(email),
        await client.signIn(email),
      ];
      const { id } = one.user;
      const list = async () =>
        (await client.get(path(id, '/sessions'), admin.accessToken).expect(200)).body as UserPage;
      expect((await list()).items).toHaveLength(3);
      expect((await list()).items[0]).toMatchObject({ id: three.session.id, current: false });
      await remove(id, `/sessions/${one.session.id}?reason=lost-phone`).expect(204);
      expect(await client.session(one.accessToken)).toBe(401);
      expect(await client.session(two.accessToken)).toBe(200);
      expectProblem(await remove(id, `/sessions/${one.session.id}`), 404, 'session-not-found');
      expectProblem(await remove(id, `/sessions/${admin.session.id}`), 404, 'session-not-found');
      await remove(id, '/sessions').expect(204);
      await remove(id, '/sessions').expect(204);
      expect(await client.session(two.accessToken)).toBe(401);
      expect((await list()).items).toEqual([]);
      const reasons = (await records(id, 'session.revoked')).map(({ actor_id, reason }) => [
        actor_id,
        reason,
      ]);
      expect(reasons.sort()).toEqual([
        [admin.user.id, 'ended-by-administrator'],
        [admin.user.id, 'ended-by-administrator'],
        [admin.user.id, 'lost-phone'],
      ]);
      expectProblem(
        await client.get(path(randomUUID(), '/sessions'), admin.accessToken),
        404,
        'user-not-found',
      );
    });
  });

  describe('refusal', () => {
    const calls = (
      id: string,
    ): readonly (readonly [string, (who: SignedIn) => PromiseLike<{ status: number }>])[] => [
      ['users:read', (who) => client.get('admin/users', who.accessToken)],
      ['users:read', (who) => client.get('admin/users/deleted', who.accessToken)],
      ['users:read', (who) => client.get(path(id), who.accessToken)],
      ['users:update', (who) => put(id, '', { displayName: 'x' }, who)],
      ['users:lock', (who) => put(id, '/lock', {}, who)],
      ['users:lock', (who) => put(id, '/unlock', {}, who)],
      ['sessions:read', (who) => client.get(path(id, '/sessions'), who.accessToken)],
      ['sessions:revoke', (who) => remove(id, '/sessions', who)],
      ['sessions:revoke', (who) => remove(id, `/sessions/${randomUUID()}`, who)],
      ['users:delete', (who) => remove(id, '', who)],
      ['users:restore', (who) => client.post(path(id, '/restore'), {}, who.accessToken)],
      ['users:reset-password', (who) => client.post(path(id, '/password-reset'), {}, who.accessToken)],
    ];

    it('meets everybody without the permission, whatever else they may do', async () => {
      const [target, plain] = [await newPerson(), await newPerson()];
      const all = [...new Set(calls(target.id).map(([permission]) => permission))];
      const others = new Map(
        await Promise.all(
          all.map(
            async (lacking) => [lacking, await staff(...all.filter((each) => each !== lacking))] as const,
          ),
        ),
      );
      for (const [permission, call] of calls(target.id)) {
        for (const who of [plain, others.get(permission)!]) {
          expect([permission, (await call(who)).status]).toEqual([permission, 403]);
        }
      }
      expect((await get(target.id)).body).toMatchObject({ status: 'active', displayName: null });
    });

    it('meets whoever acts on somebody who may do more', async () => {
      const all = [...new Set(calls('').map(([permission]) => permission)), 'users:suspend'];
      const helper = await staff(...all);
      for (const [permission, call] of calls(admin.user.id)) {
        const { status } = await call(helper);
        expect([permission, status]).toEqual([permission, permission.endsWith(':read') ? 200 : 403]);
      }
      expectProblem(
        await put(admin.user.id, '', { status: 'suspended' }, helper),
        403,
        'exceeds-own-permissions',
      );
      expect(await client.session(admin.accessToken)).toBe(200);
    });

    it('meets a suspension by whoever may only change profiles, and nothing of it happens', async () => {
      const [target, clerk] = [await newPerson(), await staff('users:read', 'users:update')];
      expectProblem(
        await put(target.id, '', { status: 'suspended', displayName: 'x' }, clerk),
        403,
        'permission-denied',
      );
      expect((await get(target.id)).body).toMatchObject({ status: 'active', displayName: null });
      await put(target.id, '', { displayName: 'x' }, clerk).expect(200);
    });

    it('keeps the last administrator, also from two who shut each other out at once', async () => {
      const own = await startGatehouse();
      try {
        const [people, first] = [new Client(own), await signInAdministrator(own)];
        for (const [what, body] of [
          ['', { status: 'suspended' }],
          ['/lock', {}],
        ] as const) {
          expectProblem(
            await people.put(path(first.user.id, what), body, first.accessToken),
            409,
            'last-administrator',
          );
        }
        expectProblem(await people.delete(path(first.user.id), first.accessToken), 409, 'last-administrator');

        const email = newEmail();
        const { user } = await people.signIn(email);
        await people.put(path(user.id, '/roles'), { roles: ['admin'] }, first.accessToken).expect(200);
        own.clock.advance(1_000);
        const second = await people.signIn(email);
        const answers = await Promise.all([
          people.put(path(second.user.id, '/lock'), {}, first.accessToken),
          people.put(path(first.user.id), { status: 'suspended' }, second.accessToken),
        ]);
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      } finally {
        await own.stop();
      }
    });
  });
});
