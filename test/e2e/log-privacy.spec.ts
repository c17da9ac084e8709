import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { seconds } from '#domain/kernel';
import { Client, newEmail, newPhone, otherThan, type Challenge } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

/** As a word of its own: six digits are also part of many a UUID. */
const shows = (log: string, secret: string): boolean =>
  secret.length > 6 ? log.includes(secret) : new RegExp(`(?<![\\w-])${secret}(?![\\w-])`).test(log);

describe('The log', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => void (gatehouse = await startGatehouse()));
  afterAll(() => gatehouse.stop());

  it('holds no code, token, challenge, address or number, whatever was done and whatever failed', async () => {
    const client = new Client(gatehouse);
    const [email, phone, added] = [newEmail(), newPhone(), newEmail()];
    const secrets = new Map<string, string>([
      ['an email address', email],
      ['its local part', email.split('@')[0]!],
      ['a phone number', phone],
      ['its national part', phone.slice(3)],
      ['an added address', added],
    ]);
    const remember = (what: string, { sessionId, code }: Challenge): Challenge => {
      secrets.set(`${what}: code`, code).set(`${what}: challenge`, sessionId);
      return { sessionId, code };
    };

    for (const identifier of [email, phone]) {
      const challenge = remember(identifier, await client.requestCode(identifier));
      const wrong = otherThan(challenge.code);
      secrets.set('a wrong code', wrong);
      await client.verify({ ...challenge, code: wrong }).expect(401);
      await client.verify(challenge).expect(200);
      await client.verify(challenge).expect(401);
    }
    const { accessToken, refreshToken, session } = await client.signIn(email);
    const renewed = (await client.refresh(refreshToken).expect(200)).body;
    for (const [what, secret] of Object.entries({ accessToken, refreshToken, ...renewed })) {
      if (typeof secret === 'string' && secret.length > 20) secrets.set(what, secret);
    }
    secrets.set('a refreshed access token', renewed.accessToken).set('the refresh token', refreshToken);
    await client.get('auth/me', accessToken).expect(200);
    await client
      .confirm(remember('added', await client.requestToAdd(added, accessToken)), accessToken)
      .expect(200);

    // Secrets where they do not belong, and bodies that are refused.
    const challenge = remember('misplaced', await client.requestCode(email));
    for (const secret of [email, phone, challenge.code, challenge.sessionId, accessToken, refreshToken]) {
      const inPath = encodeURIComponent(secret);
      await client.get(inPath).expect(404);
      await client.get(`auth/session?token=${inPath}`).expect(401);
      await client
        .get('auth/session', secret)
        .expect((response) => expect([200, 401]).toContain(response.status));
      await client.post('auth/login/init', { [secret]: secret }).expect(400);
      await client.post('auth/login/init', { identifier: `${secret} ${secret}` }).expect(400);
      await client
        .verify({ sessionId: secret, code: secret })
        .expect((response) => expect([400, 401]).toContain(response.status));
      const malformed = gatehouse.request().post('/api/v1/auth/login/verify').type('json');
      await malformed.send(`{"code": "${secret}"`).expect(400);
      await gatehouse.request().get('/health').set('user-agent', secret).expect(200);
    }
    await client.delete(`sessions/${accessToken}`, accessToken);
    for (let i = 0; i < 3; i++) await client.post('auth/login/init', { identifier: email });

    gatehouse.clock.advance(seconds(10));
    await client.refresh(refreshToken).expect(401);
    expect(await client.session(renewed.accessToken)).toBe(401);
    const last = await client.signIn(phone);
    secrets.set('the last access token', last.accessToken).set('the last refresh token', last.refreshToken);
    await client.delete('users/me', last.accessToken).expect(204);
    await client.message(phone, 'account-notice');

    const log = gatehouse.log.join('');
    const leaked = [...secrets].filter(([, secret]) => shows(log, secret)).map(([what]) => what);
    expect(leaked).toEqual([]);
    // The signature alone would be as good as the rest.
    expect(log).not.toContain(accessToken.split('.')[2]);
    // It says who did what, by the ids that the audit has.
    expect(log).toContain(`"route":"/api/v1/auth/login/verify"`);
    expect(log).toContain(`"sessionId":"${session.id}"`);
    expect(log).toContain(`"status":401`);
  });

  it('of the error of a database holds nothing of what was being written', async () => {
    const client = new Client(gatehouse);
    const email = newEmail();
    const challenge = await client.requestCode(email);
    const database = new pg.Client(gatehouse.databaseUrl);
    await database.connect();
    const before = gatehouse.log.length;
    try {
      // Any failure will do whose error repeats the row: what a driver says of it is not ours to word.
      await database.query(
        'ALTER TABLE gatehouse.user_identifiers ADD CONSTRAINT refuse CHECK (value IS NULL) NOT VALID',
      );
      const { body } = await client.verify(challenge).expect(500);
      expect(body).toMatchObject({ status: 500, code: 'internal-error' });
      expect(JSON.stringify(body)).not.toMatch(/refuse|user_identifiers/);
    } finally {
      await database.query('ALTER TABLE gatehouse.user_identifiers DROP CONSTRAINT IF EXISTS refuse');
      await database.end();
    }
    const log = gatehouse.log.slice(before).join('');
    expect(log).toContain('"level":"error"');
    for (const secret of [email, challenge.code, challenge.sessionId]) expect(shows(log, secret)).toBe(false);
    await client.verify(challenge).expect(200);
  });
});
