import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { signInAdministrator } from './support/administrator.js';
import { Client, newEmail, newPhone, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

interface UserPage {
  readonly items: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
}

describe('Finding accounts', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  let admin: SignedIn;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
    admin = await signInAdministrator(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const get = (id: string) => client.get(`admin/users/${id}`, admin.accessToken);
  const page = async (query: object) =>
    (await client.get('admin/users', admin.accessToken).query(query).expect(200)).body as UserPage;
  const newPerson = async (displayName?: string) => {
    const email = newEmail();
    const person = await client.signIn(email);
    if (displayName) await client.put('users/me', { displayName }, person.accessToken).expect(200);
    return { ...person, email, id: person.user.id };
  };

  it('shows an account as it is, and nothing secret', async () => {
    const person = await newPerson('Grace Hopper');
    const { body } = await get(person.id).expect(200);
    expect(body).toEqual({
      id: person.id,
      status: 'active',
      displayName: 'Grace Hopper',
      locale: null,
      roles: ['user'],
      identifiers: [
        { id: expect.any(String), kind: 'email', value: person.email, verifiedAt: expect.any(String) },
      ],
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      deletedAt: null,
      lockedUntil: null,
    });
    expectProblem(await get(randomUUID()), 404, 'user-not-found');
  });

  it('finds by the beginning of a name or an identifier, as people type them', async () => {
    const phone = newPhone();
    const person = await newPerson('Äsa Öberg');
    const challenge = await client.requestToAdd(phone, person.accessToken);
    await client.confirm(challenge, person.accessToken).expect(200);
    const typed = `${phone.slice(0, 3)} (${phone.slice(3, 6)}) ${phone.slice(6)}`;
    for (const search of ['äSA Ö', person.email.toUpperCase(), person.email.slice(0, 10), phone, typed]) {
      expect((await page({ search })).items.map(({ id }) => id)).toEqual([person.id]);
    }
  });

  it.each(['%', '_', '\\', '%25', "' OR 1=1 --", 'a%', '*', '$1'])(
    'takes %s in a search for itself',
    async (search) => expect((await page({ search })).items).toEqual([]),
  );

  it('pages through everybody once, newest first, while others sign up', async () => {
    const made = [];
    for (let i = 0; i < 5; i++) made.push(await newPerson());
    const seen: string[] = [];
    for (let cursor: string | null = null; ;) {
      const { items, nextCursor }: UserPage = await page({ limit: 2, ...(cursor && { cursor }) });
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
      if (!cursor) break;
      if (seen.length < 6) await newPerson();
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 5)).toEqual(made.map(({ id }) => id).reverse());
    expect(seen).toContain(admin.user.id);
  });

  it('filters by status, role and time of creation', async () => {
    const person = await newPerson();
    await client.put(`admin/users/${person.id}`, { status: 'suspended' }, admin.accessToken).expect(200);
    const ids = async (query: object) => (await page(query)).items.map(({ id }) => id);
    expect(await ids({ status: 'suspended' })).toEqual([person.id]);
    expect(await ids({ status: 'suspended', createdTo: '2026-01-01T00:00:00+01:00' })).toEqual([]);
    expect(await ids({ role: 'admin' })).toEqual([admin.user.id]);
  });

  it.each([
    ['status', 'gone'],
    ['role', 'Admin!'],
    ['createdFrom', '2026-02-30'],
    ['createdFrom', '2026-13-01T00:00:00Z'],
    ['search', ''],
    ['search', 'a\0b'],
    ['search', 'x'.repeat(255)],
    ['limit', '101'],
    ['cursor', 'AAAA'],
    ['cursor', Buffer.from(`${randomUUID()}yesterday`).toString('base64url')],
    ['cursor', Buffer.from(`${randomUUID()}2026-99-99T00:00:00.000Z`).toString('base64url')],
    ['cursor', Buffer.from(`${randomUUID()}iada`).toString('base64url')],
    ['cursor', 'x'.repeat(1_025)],
    ['sort', 'email'],
  ])('refuses %s=%j', async (name, value) => {
    const response = await client.get('admin/users', admin.accessToken).query({ [name]: value });
    expectProblem(response, 400);
    expect(response.body.errors[0].field).toBe(name);
  });

  it('refuses the cursor of a list in a search, and one with a NUL in it', async () => {
    const cursors = [
      `${randomUUID()}2026-01-01T00:00:00.000Z`,
      `${randomUUID()}iada\0`,
      `${randomUUID()}i\ud800`,
    ];
    for (const text of cursors) {
      const cursor = Buffer.from(text).toString('base64url');
      const response = await client.get('admin/users', admin.accessToken).query({ search: 'ada', cursor });
      expectProblem(response, 400, 'invalid-cursor');
    }
  });
});
