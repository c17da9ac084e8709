import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { EraseDeletedAccounts } from '#domain/identity';
import { days } from '#domain/kernel';
import { signInAdministrator } from './support/administrator.js';
import { Client, newEmail, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

interface AuditPage {
  readonly items: readonly { readonly id: string; readonly action: string; readonly occurredAt: string }[];
  readonly nextCursor: string | null;
}

describe('The audit log', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  let admin: SignedIn;
  let person: SignedIn;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
    admin = await signInAdministrator(gatehouse);
    person = await client.signIn(newEmail());
    await client
      .put(`admin/users/${person.user.id}/lock`, { reason: 'fraud' }, admin.accessToken)
      .expect(200);
  });
  afterAll(() => gatehouse.stop());

  const page = async (query: object) =>
    (await client.get('admin/audit-logs', admin.accessToken).query(query).expect(200)).body as AuditPage;
  const actions = async (query: object) => (await page(query)).items.map(({ action }) => action);

  it('shows who did what to whom, from where and why, and no address of anybody', async () => {
    const [event] = (await page({ action: 'user.locked' })).items;
    expect(event).toEqual({
      id: expect.any(String),
      action: 'user.locked',
      result: 'success',
      occurredAt: expect.any(String),
      actorId: admin.user.id,
      userId: person.user.id,
      sessionId: null,
      reason: 'fraud',
      address: '127.0.0.1',
      userAgent: expect.any(String),
      requestId: expect.any(String),
      traceId: null,
      metadata: {},
    });
    const { text } = await client.get('admin/audit-logs?limit=100', admin.accessToken);
    for (const { user } of [admin, person]) expect(text).not.toContain(user.identifiers[0]!.value);
  });

  it('is filtered by everything that it shows', async () => {
    const { id } = person.user;
    expect(await actions({ userId: id, actorId: admin.user.id })).toEqual(['user.locked']);
    expect(await actions({ userId: id, action: 'session.opened', result: 'success' })).toEqual([
      'session.opened',
    ]);
    expect(await actions({ userId: id, result: 'failure' })).toEqual([]);
    expect(await actions({ userId: id, address: '127.0.0.0/8' })).not.toEqual([]);
    expect(await actions({ userId: id, address: '::1' })).toEqual([]);
    expect(await actions({ userId: id, metadata: 'method:otp' })).toContain('session.opened');
    expect(await actions({ userId: id, metadata: 'method:pwd' })).toEqual([]);
    expect(await actions({ userId: id, from: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect(await actions({ userId: id, to: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await actions({ userId: randomUUID() })).toEqual([]);
  });

  it('is paged, newest first, each event once, while more happens', async () => {
    const seen: string[] = [];
    const times: string[] = [];
    const all = (await page({ limit: 100 })).items.length;
    for (let cursor: string | null = null; ;) {
      const { items, nextCursor }: AuditPage = await page({ limit: 3, ...(cursor && { cursor }) });
      seen.push(...items.map(({ id }) => id));
      times.push(...items.map(({ occurredAt }) => occurredAt));
      cursor = nextCursor;
      if (!cursor) break;
      await client.post('auth/login/init', { identifier: newEmail() }).expect(202);
    }
    expect(seen).toHaveLength(all);
    expect(new Set(seen).size).toBe(all);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('stays readable when an account is erased, and leads to nobody', async () => {
    const own = await startGatehouse();
    try {
      const people = new Client(own);
      const chief = await signInAdministrator(own);
      const email = newEmail();
      const { user } = await people.signIn(email);
      await people.delete(`admin/users/${user.id}`, chief.accessToken).expect(204);
      own.clock.advance(days(31));
      expect(await own.app.get(EraseDeletedAccounts, { strict: false }).execute()).toBe(1);
      const { accessToken } = await people.signIn(chief.user.identifiers[0]!.value);
      const { body, text } = await people.get(`admin/audit-logs?userId=${user.id}`, accessToken).expect(200);
      expect((body as AuditPage).items.map(({ action }) => action)).toEqual(
        expect.arrayContaining(['user.registered', 'session.opened', 'user.deleted', 'user.erased']),
      );
      expect(text).not.toContain(email);
      expectProblem(await people.get(`admin/users/${user.id}`, accessToken), 404, 'user-not-found');
      expect((await people.signIn(email)).user.id).not.toBe(user.id);
    } finally {
      await own.stop();
    }
  });

  it.each([
    ['userId', 'me'],
    ['actorId', '1'],
    ['action', "user.locked' OR '1'='1"],
    ['result', 'maybe'],
    ['address', '127.0.0.1/33'],
    ['address', 'localhost'],
    ['address', 'fe80::1%eth0'],
    ['from', 'yesterday'],
    ['to', '2026-13-01T00:00:00Z'],
    ['metadata', 'kind'],
    ['metadata', ':email'],
    ['metadata', 'kind:a\0b'],
    ['limit', '0'],
    ['cursor', 'AAAA'],
    ['cursor', Buffer.from(`${randomUUID()}yesterday`).toString('base64url')],
    ['cursor', Buffer.from(`${randomUUID()}2026-02-30T00:00:00.000Z`).toString('base64url')],
    ['email', 'ada@example.com'],
  ])('refuses %s=%j', async (name, value) => {
    const response = await client.get('admin/audit-logs', admin.accessToken).query({ [name]: value });
    expectProblem(response, 400);
    expect(response.body.errors[0].field).toBe(name);
  });

  it('is for those who may read it', async () => {
    const { accessToken } = await client.signIn(newEmail());
    expectProblem(await client.get('admin/audit-logs', accessToken), 403, 'permission-denied');
    expectProblem(await client.get('admin/audit-logs'), 401, 'token-missing');
  });
});
