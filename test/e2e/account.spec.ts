import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { inParallel, Client, newEmail, newPhone, tally, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

describe('The own account', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  let me: SignedIn;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ env: { OTP_SENDS: '10' } });
    client = new Client(gatehouse);
    me = await client.signIn(newEmail());
  });
  afterAll(() => gatehouse.stop());

  const change = (body: object, { accessToken } = me) => client.put('users/me', body, accessToken);
  const add = async (identifier: string, { accessToken }: SignedIn) =>
    client.confirm(await client.requestToAdd(identifier, accessToken), accessToken);

  it('is shown and changed, field by field', async () => {
    const { body } = await change({ displayName: ' Ada\u0301 Lovelace ', locale: 'DE-at' }).expect(200);
    expect(body).toMatchObject({ id: me.user.id, displayName: 'Adá Lovelace', locale: 'de-AT' });
    expect((await change({ locale: null })).body).toMatchObject({
      displayName: 'Adá Lovelace',
      locale: null,
    });
    expect((await change({})).body).toMatchObject({ displayName: 'Adá Lovelace', locale: null });
    expect((await change({ displayName: null })).body.displayName).toBeNull();
    const shown = await client.get('users/me', me.accessToken).expect(200);
    expect(shown.body).toMatchObject({ displayName: null, locale: null });
  });

  it.each([
    ['李小龍'],
    ['Ñandú O’Brien-García'],
    ['محمد'],
    ['می‌خواهم'],
    ['नमस्ते'],
    ['👩‍👩‍👧'],
    ['x'.repeat(100)],
    ['𝒜'.repeat(100)],
  ])('may be called %s', async (displayName) => {
    expect((await change({ displayName }).expect(200)).body.displayName).toBe(displayName);
  });

  it.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['101 characters', 'x'.repeat(101)],
    ['a NUL', 'A\0da'],
    ['a line break', 'Ada\r\nLovelace'],
    ['a line separator', 'Ada\u2028Lovelace'],
    ['a bidi override', 'Ada\u202Egpj.exe'],
    ['a bidi isolate', 'Ada\u2066'],
    ['a zero-width space', 'A\u200Bda'],
    ['invisible tags', 'Ada\u{E0041}'],
    ['only joiners', '\u200D\u200D'],
    ['a Hangul filler', '\u3164'],
    ['a blank Braille pattern', '\u2800'],
    ['half a surrogate pair', 'Ada\uD83D'],
    ['a private character', '\uE000'],
    ['an escape sequence', '\u001B[31mAda'],
    ['a number', 7],
    ['a list', ['Ada']],
  ])('may not be called %s', async (_what, displayName) => {
    const response = await change({ displayName });
    expectProblem(response, 400, 'validation-failed');
    expect(response.body.errors).toEqual([{ field: 'displayName', message: expect.any(String) }]);
  });

  it.each(['e', 'en_GB', 'e\0n', 'en-GB'.repeat(10), 1, '-', 'de--AT'])(
    'may not have the locale %j',
    async (locale) => {
      const response = await change({ locale });
      expectProblem(response, 400, 'validation-failed');
      expect(response.body.errors[0].field).toBe('locale');
    },
  );

  it('is signed in to by each of its identifiers, until one is removed', async () => {
    const [email, phone] = [newEmail(), newPhone()];
    const owner = await client.signIn(email);
    const { body } = await add(phone, owner);
    expect((await client.signIn(phone)).user.id).toBe(owner.user.id);

    const { id } = (body as SignedIn['user']).identifiers.find(({ value }) => value === phone)!;
    await client.delete(`users/me/identifiers/${id}`, owner.accessToken).expect(204);
    const again = await client.delete(`users/me/identifiers/${id}`, owner.accessToken);
    expectProblem(again, 404, 'identifier-not-found');
    const never = await client.delete(`users/me/identifiers/${randomUUID()}`, owner.accessToken);
    expectProblem(never, 404, 'identifier-not-found');
    await client.message(email, 'account-notice');
    expect((await client.signIn(phone)).user.id).not.toBe(owner.user.id);
  });

  it('keeps its last identifier, also when the last two are removed at once', async () => {
    const owner = await client.signIn(newEmail());
    const { body } = await add(newEmail(), owner);
    const answers = await inParallel(2, (i) =>
      client.delete(`users/me/identifiers/${body.identifiers[i].id}`, owner.accessToken),
    );
    expect(tally(answers)).toEqual({ 204: 1, 409: 1 });
    expectProblem(
      answers.find(({ status }) => status === 409)!,
      409,
      'last-identifier',
    );
  });

  it('cannot have an identifier that another account holds', async () => {
    const [taken, owner] = [newEmail(), await client.signIn(newEmail())];
    await client.signIn(taken);
    expectProblem(await add(taken, owner), 409, 'identifier-taken');
  });

  it('holds ten identifiers and no more', async () => {
    const owner = await client.signIn(newEmail());
    for (let held = 1; held < 10; held++) expect((await add(newEmail(), owner)).status).toBe(200);
    expectProblem(await add(newEmail(), owner), 409, 'too-many-identifiers');
  });

  it('is deleted with all its sessions, and its identifiers stay reserved', async () => {
    const email = newEmail();
    const [here, there] = [await client.signIn(email), await client.signIn(email)];
    await client.delete('users/me', here.accessToken).expect(204);
    gatehouse.clock.advance(1_000);
    for (const { accessToken, refreshToken } of [here, there]) {
      expect(await client.session(accessToken)).toBe(401);
      await client.refresh(refreshToken).expect(401);
    }
    expectProblem(await client.verify(await client.requestCode(email)), 403, 'account-deleted');
    expectProblem(await add(email, await client.signIn(newEmail())), 409, 'identifier-taken');
  });
});
