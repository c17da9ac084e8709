import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Response } from 'supertest';
import { Browser, OWN_ORIGIN, SAME_ORIGIN, setCookies } from './support/browser.js';
import { Client, newEmail } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { concretePath, operationsOf } from './support/operations.js';
import { expectProblem } from './support/problem.js';

const APP = 'https://app.example.com';
const env = { PUBLIC_URL: OWN_ORIGIN, CORS_ORIGINS: APP };

/** Requests as browsers label them that no page of ours made. */
const FOREIGN: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['another site, without an origin', { 'sec-fetch-site': 'cross-site' }],
  [
    'a listed app that is on another site, while cookies are for this one',
    { origin: APP, 'sec-fetch-site': 'cross-site' },
  ],
  [
    'a neighbouring host that is not listed',
    { origin: 'https://blog.example.com', 'sec-fetch-site': 'same-site' },
  ],
  ['a neighbouring host, without an origin', { 'sec-fetch-site': 'same-site' }],
  ['an origin that hides', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['an origin that hides, from an old browser', { origin: 'null' }],
  ['another site, from an old browser', { origin: 'https://evil.example' }],
  ['the same host without TLS', { origin: 'http://id.example.com' }],
  ['the same host on another port', { origin: 'https://id.example.com:8443' }],
  ['a host that starts like ours', { origin: 'https://id.example.com.evil.example' }],
  ['a host that ends like ours', { origin: 'https://evilid.example.com' }],
  ['our origin with more behind it', { origin: `${OWN_ORIGIN}/` }],
  ['two origins', { origin: `${OWN_ORIGIN} https://evil.example` }],
  ['no origin at all', { origin: '' }],
  ['a site that browsers do not know', { origin: 'https://evil.example', 'sec-fetch-site': 'Same-Origin' }],
];

/** And as they label those that one did. */
const OURS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['a page of this origin', SAME_ORIGIN],
  [
    'a page of this origin under a name that the configuration does not know',
    { origin: 'https://alias.example', 'sec-fetch-site': 'same-origin' },
  ],
  ['a listed app on a neighbouring host', { origin: APP, 'sec-fetch-site': 'same-site' }],
  ['an old browser on this origin', { origin: OWN_ORIGIN }],
  ['a listed app in an old browser', { origin: APP }],
  ['a program that is no browser', {}],
];

describe('A forged request', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  let browser: Browser;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ env });
    client = new Client(gatehouse);
  });
  beforeEach(async () => {
    browser = new Browser(gatehouse);
    await browser.signIn(await client.requestCode(newEmail()));
  });
  afterAll(() => gatehouse.stop());

  async function auditOf(responses: readonly Response[]): Promise<readonly object[]> {
    const database = new pg.Client(gatehouse.databaseUrl);
    await database.connect();
    try {
      const { rows } = await database.query<object>(
        `SELECT user_id, session_id, reason, metadata FROM gatehouse.audit_events
         WHERE action = 'session.forgery-refused' AND actor_id IS NULL AND request_id = ANY($1)
         ORDER BY array_position($1, request_id)`,
        [responses.map(({ headers }) => headers['x-request-id'])],
      );
      return rows;
    } finally {
      await database.end();
    }
  }

  const rename = (sent: object): Promise<Response> =>
    browser.send('put', 'users/me', { body: { displayName: 'Eve' }, ...sent });

  it.each(FOREIGN)('is refused from %s, even with the token', async (_from, from) => {
    expectProblem(await rename({ from }), 403, 'cross-site-request');
    expectProblem(await browser.post('auth/refresh', { from }), 403, 'cross-site-request');
    expectProblem(await browser.post('auth/logout', { from }), 403, 'cross-site-request');
    expect((await browser.get('auth/session')).status).toBe(200);
  });

  it.each(OURS)('is told from one of %s', async (_from, from) => {
    expect((await rename({ from })).status).toBe(200);
    expect((await browser.post('auth/refresh', { from })).status).toBe(200);
  });

  it.each(FOREIGN)(
    'from %s signs nobody in to an account of the attacker, and spends no code',
    async (_from, from) => {
      const challenge = await client.requestCode(newEmail());
      const victim = new Browser(gatehouse);
      const body = { ...challenge, transport: 'cookie' };
      const forged = await victim.post('auth/login/verify', { body, from });
      expectProblem(forged, 403, 'cross-site-request');
      expect(setCookies(forged)).toEqual([]);
      expect((await victim.signIn(challenge)).status).toBe(200);
    },
  );

  it('is refused without the token, and with one that is not the current one of this session', async () => {
    const stranger = new Browser(gatehouse);
    await stranger.signIn(await client.requestCode(newEmail()));
    const current = browser.cookie('csrf')!;
    await browser.post('auth/refresh');
    const renewed = browser.cookie('csrf')!;
    const flipped = `${renewed.slice(0, -1)}${renewed.endsWith('A') ? 'B' : 'A'}`;
    for (const csrf of [
      null,
      'x',
      current,
      stranger.cookie('csrf')!,
      flipped,
      `${renewed}A`,
      renewed.slice(1),
    ]) {
      expectProblem(await rename({ csrf }), 403, 'csrf-token-invalid');
      expectProblem(await browser.post('auth/refresh', { csrf }), 403, 'csrf-token-invalid');
      expectProblem(await browser.send('delete', 'sessions', { csrf }), 403, 'csrf-token-invalid');
    }
    expect((await rename({ csrf: renewed })).status).toBe(200);
  });

  it('is on record, under the account that it was aimed at and no name of an actor', async () => {
    const stranger = new Browser(gatehouse);
    const foreign = FOREIGN[0]![1];
    const { body: own } = await browser.get('auth/session');
    const responses = [
      await rename({ csrf: null }),
      await browser.post('auth/refresh', { from: foreign }),
      await stranger.post('auth/login/verify', {
        body: { sessionId: 'x', code: '123456', transport: 'cookie' },
        from: foreign,
      }),
    ];
    const target = { user_id: own.user.id, session_id: own.session.id };
    expect(await auditOf(responses)).toEqual([
      { ...target, reason: 'csrf-token-invalid', metadata: { route: 'PUT /api/v1/users/me' } },
      { ...target, reason: 'cross-site-request', metadata: { route: 'POST /api/v1/auth/refresh' } },
      {
        user_id: null,
        session_id: null,
        reason: 'cross-site-request',
        metadata: { route: 'POST /api/v1/auth/login/verify' },
      },
    ]);
  });

  it('is refused with a pair of cookie and header that belongs to another session', async () => {
    const attacker = new Browser(gatehouse);
    await attacker.signIn(await client.requestCode(newEmail()));
    browser.cookies.set('__Host-csrf', attacker.cookies.get('__Host-csrf')!);
    expectProblem(await rename({}), 403, 'csrf-token-invalid');
    expectProblem(await browser.post('auth/refresh'), 403, 'csrf-token-invalid');
    browser.cookies.delete('__Host-csrf');
    expectProblem(await rename({ csrf: attacker.cookie('csrf') }), 403, 'csrf-token-invalid');
  });

  it('finds no token where it could put one: not in the body, the query or the cookie alone', async () => {
    const token = browser.cookie('csrf')!;
    expectProblem(await rename({ csrf: null, body: { displayName: 'Eve', csrfToken: token } }), 403);
    expectProblem(
      await browser.send('put', `users/me?x-csrf-token=${token}&csrfToken=${token}`, {
        body: {},
        csrf: null,
      }),
      403,
    );
  });

  it('is not made harmless by what it says of its method', async () => {
    const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override'];
    for (const header of overrides) {
      const asGet = await rename({ csrf: null, headers: { [header]: 'GET' } });
      expectProblem(asGet, 403, 'csrf-token-invalid');
      await browser.get('auth/session', { headers: { [header]: 'DELETE' } });
      await browser.get('sessions?_method=DELETE', { headers: { [header]: 'DELETE' } });
    }
    expect((await browser.get('auth/session')).status).toBe(200);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'cannot be a form of %s, which needs no preflight',
    async (type) => {
      const { cookie } = { cookie: browser.cookieHeader('/api/v1/users/me') };
      for (const path of ['auth/logout', 'auth/refresh', 'auth/login/verify']) {
        const response = await gatehouse
          .request()
          .post(`/api/v1/${path}`)
          .set({
            cookie,
            origin: 'https://evil.example',
            'sec-fetch-site': 'cross-site',
            'content-type': type,
          })
          .send('{"all":true}');
        expectProblem(response, [403, 415]);
        expect(setCookies(response)).toEqual([]);
      }
      expect((await browser.get('auth/session')).status).toBe(200);
    },
  );

  it('may read nothing across sites, and so needs no check where nothing changes', async () => {
    const from = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const path of ['auth/session', 'users/me', 'auth/csrf']) {
      expect((await browser.get(path, { from })).headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('is refused on every route that changes something, whichever are there', async () => {
    const changing = (await operationsOf(gatehouse)).filter(
      ({ method, isPublic }) => method !== 'get' && !isPublic,
    );
    expect(changing.length).toBeGreaterThan(5);
    for (const { method, path } of changing) {
      const route = concretePath(path).replace('/api/v1/', '');
      const withoutToken = await browser.send(method as 'post', route, { csrf: null, body: {} });
      expect([route, withoutToken.body.code]).toEqual([route, 'csrf-token-invalid']);
      const fromElsewhere = await browser.send(method as 'post', route, { from: FOREIGN[0]![1], body: {} });
      expect([route, fromElsewhere.body.code]).toEqual([route, 'cross-site-request']);
    }
  });

  it('is refused across sites only as far as the cookies are meant to stay at home', async () => {
    const own = await startGatehouse({ env: { ...env, COOKIE_SAME_SITE: 'none' } });
    try {
      const visitor = new Browser(own);
      await visitor.signIn(await new Client(own).requestCode(newEmail()));
      const from = { origin: APP, 'sec-fetch-site': 'cross-site' };
      expect((await visitor.post('auth/refresh', { from })).status).toBe(200);
      expectProblem(await visitor.post('auth/refresh', { from, csrf: null }), 403, 'csrf-token-invalid');
      const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
      expectProblem(await visitor.post('auth/refresh', { from: foreign }), 403, 'cross-site-request');
    } finally {
      await own.stop();
    }
  });
});
