import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { audited, signInAdministrator } from './support/administrator.js';
import { Client, inParallel, newEmail, tally, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

describe('A permission', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  let admin: SignedIn;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
    admin = await signInAdministrator(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const give = (person: SignedIn, ...roles: string[]) =>
    client.put(`admin/users/${person.user.id}/roles`, { roles }, admin.accessToken).expect(200);

  it('is asked for after the token, and its lack is on record with the route that was tried', async () => {
    expectProblem(await client.delete('admin/roles/user', 'forged'), 401, 'invalid-token');
    expect(await audited(gatehouse, 'access.denied')).toEqual([]);

    const person = await client.signIn(newEmail());
    expectProblem(await client.delete('admin/roles/user', person.accessToken), 403, 'permission-denied');
    expect(await audited(gatehouse, 'access.denied')).toEqual([
      {
        action: 'access.denied',
        result: 'failure',
        actor_id: person.user.id,
        user_id: null,
        reason: 'permission-denied',
        metadata: { permission: 'roles:manage', route: 'DELETE /api/v1/admin/roles/:name' },
      },
    ]);
  });

  it('is asked for before the input is looked at, so that nothing is learned from refusals', async () => {
    const { accessToken } = await client.signIn(newEmail());
    for (const name of ['user', 'gone', 'not%20a%20name']) {
      expectProblem(await client.get(`admin/roles/${name}`, accessToken), 403, 'permission-denied');
    }
    expectProblem(await client.post('admin/roles', { what: 'ever' }, accessToken), 403, 'permission-denied');
  });

  it('is gone with the session that had it', async () => {
    const person = await client.signIn(newEmail());
    await give(person, 'admin');
    await client.get('admin/roles', person.accessToken).expect(200);
    await client.post('auth/logout', {}, person.accessToken).expect(204);
    expectProblem(await client.get('admin/roles', person.accessToken), 401, 'session-ended');
  });

  it('counts as it is at the change, however many are on their way', async () => {
    const person = await client.signIn(newEmail());
    await give(person, 'admin');
    const attempts = inParallel(20, (i) =>
      client.post('admin/roles', { name: `late-${i}`, permissions: ['*:*'] }, person.accessToken),
    );
    await give(person, 'user');
    const after = await client.post('admin/roles', { name: 'later', permissions: [] }, person.accessToken);
    expectProblem(after, 403, 'permission-denied');
    const counts = tally(await attempts);
    expect((counts[201] ?? 0) + (counts[403] ?? 0)).toBe(20);
  });

  it('is not given by roles that a forged or foreign token claims', async () => {
    const { accessToken } = await client.signIn(newEmail());
    const [header, payload, signature] = accessToken.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const risen = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url');
    const response = await client.get('admin/roles', `${header}.${risen}.${signature}`);
    expectProblem(response, 401, 'invalid-token');
  });
});
