import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseSetCookie } from 'cookie';
import type { Response } from 'supertest';
import { days, seconds } from '#domain/kernel';
import { Browser, OWN_ORIGIN, setCookies } from './support/browser.js';
import { Client, inParallel, newEmail, tally } from './support/client.js';
import { startGatehouse, type Gatehouse, type GatehouseOptions } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

const APP = 'https://app.example.com';
const env = { PUBLIC_URL: OWN_ORIGIN, CORS_ORIGINS: APP };
const TOKEN = /eyJ[\w-]+\.|gh[rd]_/;

describe('A session in cookies', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ env });
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  async function signedIn(on = gatehouse): Promise<Browser> {
    const browser = new Browser(on);
    expect((await browser.signIn(await new Client(on).requestCode(newEmail()))).status).toBe(200);
    return browser;
  }

  const flags = (response: Response) =>
    Object.fromEntries(
      setCookies(response)
        .map((line) => parseSetCookie(line))
        .map(({ name, value: _value, ...attributes }) => [name, attributes]),
    );

  it('is opened by a code, with no token in the body', async () => {
    const browser = new Browser(gatehouse);
    const email = newEmail();
    const response = await browser.signIn(await client.requestCode(email));
    expect(response.status).toBe(200);
    expect(response.body).toEqual({
      csrfToken: browser.cookie('csrf'),
      expiresIn: 900,
      session: expect.objectContaining({ current: true }),
      user: expect.objectContaining({ identifiers: [expect.objectContaining({ value: email })] }),
    });
    expect(response.text).not.toMatch(TOKEN);
    expect((await browser.get('auth/session')).body.session.id).toBe(response.body.session.id);
    expect((await browser.get('auth/me')).body.identifiers[0].value).toBe(email);
  });

  it('has cookies of this host alone, which no script reads but the one that is meant for scripts', async () => {
    const response = await new Browser(gatehouse).signIn(await client.requestCode(newEmail()));
    const common = { path: '/', secure: true, sameSite: 'lax' };
    expect(flags(response)).toEqual({
      '__Host-access': { ...common, httpOnly: true, maxAge: 900 },
      '__Host-refresh': { ...common, httpOnly: true, maxAge: 30 * 86_400 },
      '__Host-csrf': { ...common, maxAge: 30 * 86_400 },
      '__Host-device': { ...common, httpOnly: true, maxAge: 400 * 86_400 },
    });
  });

  it('changes things with the CSRF token, and lists sessions beside those of bearers', async () => {
    const browser = await signedIn();
    const renamed = await browser.send('put', 'users/me', { body: { displayName: 'Ada' } });
    expect(renamed.body).toMatchObject({ displayName: 'Ada' });
    expect((await browser.get('sessions')).body.items).toHaveLength(1);
  });

  it('rotates every cookie on refresh, and gives no token away', async () => {
    const browser = await signedIn();
    const before = new Map(browser.cookies);
    const response = await browser.post('auth/refresh');
    expect(response.status).toBe(200);
    expect(response.text).not.toMatch(TOKEN);
    expect(Object.keys(response.body).sort()).toEqual(['csrfToken', 'expiresIn', 'session']);
    expect(response.body.csrfToken).toBe(browser.cookie('csrf'));
    for (const name of browser.sessionCookies) {
      expect(browser.cookies.get(name)?.value).not.toBe(before.get(name)?.value);
    }
    expect((await browser.get('auth/session')).status).toBe(200);
    expect((await browser.post('auth/refresh')).status).toBe(200);
  });

  it('gives tabs that refresh at once the same successor, CSRF token included', async () => {
    const browser = await signedIn();
    const answers = await inParallel(5, () => browser.request('post', 'auth/refresh'));
    expect(tally(answers)).toEqual({ 200: 5 });
    const given = (purpose: string) =>
      new Set(
        answers.map(
          (answer) =>
            setCookies(answer)
              .find((line) => line.startsWith(`__Host-${purpose}=`))
              ?.split(';')[0],
        ),
      ).size;
    expect([given('refresh'), given('csrf')]).toEqual([1, 1]);
    expect(new Set(answers.map(({ body }) => body.csrfToken as string)).size).toBe(1);
  });

  it('is opened by a password, too, and the device is remembered in a cookie that outlives it', async () => {
    const identifier = newEmail();
    const { accessToken } = await client.signIn(identifier);
    const password = 'violet walrus paints 9 maps';
    await client.post('users/password/change', { newPassword: password }, accessToken).expect(204);

    const browser = new Browser(gatehouse);
    const signIn = () => browser.post('auth/login', { body: { identifier, password, transport: 'cookie' } });
    const first = await signIn();
    expect(first.text).not.toMatch(TOKEN);
    expect(flags(first)['__Host-device']).toEqual({
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
      maxAge: 400 * 86_400,
    });
    const device = () =>
      Buffer.from(browser.cookie('device')!.slice(4), 'base64url').subarray(0, 32).toString('hex');
    const known = device();
    await browser.post('auth/logout');
    expect([...browser.cookies.keys()]).toEqual(['__Host-device']);
    await signIn();
    expect(device()).toBe(known);
    expect((await browser.get('auth/session')).body.session.authenticationMethods).toEqual(['pwd']);
  });

  it('ends when a spent refresh cookie comes back, which also takes the cookies away', async () => {
    const [browser, thief] = [await signedIn(), new Browser(gatehouse)];
    for (const [name, cookie] of browser.cookies) thief.cookies.set(name, cookie);
    await browser.post('auth/refresh');
    gatehouse.clock.advance(seconds(11));
    const refused = await thief.post('auth/refresh');
    expectProblem(refused, 401, 'invalid-refresh-token');
    expect(thief.sessionCookies).toEqual([]);
    expectProblem(await browser.get('auth/session'), 401, 'session-ended');
    expectProblem(await browser.post('auth/refresh'), 401, 'invalid-refresh-token');
    expect(browser.sessionCookies).toEqual([]);
  });

  it('ends on logout, which takes the cookies away', async () => {
    const browser = await signedIn();
    const held = new Browser(gatehouse);
    for (const [name, cookie] of browser.cookies) held.cookies.set(name, cookie);
    const response = await browser.post('auth/logout');
    expect(response.status).toBe(204);
    for (const { maxAge, path, secure } of Object.values(flags(response))) {
      expect({ maxAge, path, secure }).toEqual({ maxAge: 0, path: '/', secure: true });
    }
    expect(browser.sessionCookies).toEqual([]);
    expectProblem(await held.get('auth/session'), 401, 'session-ended');
    expectProblem(await held.post('auth/refresh'), 401, 'invalid-refresh-token');
  });

  it('has cookies that last no longer than it does', async () => {
    const own = await startGatehouse({
      env: {
        ...env,
        SESSION_IDLE_LIFETIME: '2d',
        SESSION_ABSOLUTE_LIFETIME: '3d',
        ACCESS_TOKEN_LIFETIME: '1d',
      },
    });
    try {
      const browser = await signedIn(own);
      const maxAge = (purpose: string) => browser.cookies.get(`__Host-${purpose}`)?.maxAge;
      expect([maxAge('access'), maxAge('refresh'), maxAge('csrf')]).toEqual([86_400, 172_800, 172_800]);
      own.clock.advance(days(1.5));
      await browser.post('auth/refresh');
      own.clock.advance(days(1));
      await browser.post('auth/refresh');
      for (const purpose of ['access', 'refresh', 'csrf'])
        expect(maxAge(purpose)).toBeLessThanOrEqual(43_200);
    } finally {
      await own.stop();
    }
  });

  it('lives beside bearer tokens, which win where both come and are never made good by a cookie', async () => {
    const browser = await signedIn();
    const other = await client.signIn(newEmail());
    const both = await browser.get('auth/session', {
      headers: { authorization: `Bearer ${other.accessToken}` },
    });
    expect(both.body.user.id).toBe(other.user.id);
    // And so without a CSRF token, from wherever.
    const from = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const headers = { authorization: `Bearer ${other.accessToken}` };
    expect(
      (await browser.send('put', 'users/me', { body: { displayName: 'B' }, csrf: null, from, headers }))
        .status,
    ).toBe(200);
    for (const authorization of ['Bearer x.y.z', 'Bearer', '', 'Basic YTpi']) {
      expectProblem(await browser.get('auth/session', { headers: { authorization } }), 401, 'invalid-token');
    }
    expectProblem(
      await browser.post('auth/refresh', { headers: { authorization: 'Bearer x.y.z' } }),
      400,
      'refresh-token-missing',
    );
    const logout = await browser.post('auth/logout', { headers });
    expect([logout.status, setCookies(logout)]).toEqual([204, []]);
    expect((await browser.get('auth/session')).status).toBe(200);
  });

  it('is not what a client gets that asks for tokens, and a token from a body is answered in a body', async () => {
    const browser = await signedIn();
    const { refreshToken } = await client.signIn(newEmail());
    const refreshed = await browser.post('auth/refresh', { body: { refreshToken }, csrf: null });
    expect(refreshed.body.refreshToken).toMatch(TOKEN);
    expect(setCookies(refreshed)).toEqual([]);
    const body = { ...(await client.requestCode(newEmail())), transport: 'bearer' };
    const bearer = await browser.post('auth/login/verify', { body });
    expect(bearer.body.accessToken).toMatch(TOKEN);
    expect(setCookies(bearer)).toEqual([]);
    expectProblem(await browser.post('auth/login/verify', { body: { ...body, transport: 'pigeon' } }), 400);
  });

  it('takes no cookie that came twice, for one of the two is somebody else’s', async () => {
    const browser = await signedIn();
    const header = browser.cookieHeader('/api/v1/auth/refresh');
    for (const planted of [
      '__Host-access=x',
      ' __Host-access =x',
      `__Host-access=${browser.cookie('access')}`,
    ]) {
      for (const cookie of [`${header}; ${planted}`, `${planted}; ${header}`]) {
        expectProblem(await browser.get('auth/session', { headers: { cookie } }), 400, 'ambiguous-cookie');
      }
    }
    for (const name of ['__Host-refresh', '__Host-csrf']) {
      const response = await browser.post('auth/refresh', { headers: { cookie: `${name}=x; ${header}` } });
      expectProblem(response, 400, 'ambiguous-cookie');
    }
    const like = `x__Host-access=x; __Host-accessx=x; __host-access=x; a=__Host-access=x; ${header}`;
    expect((await browser.get('auth/session', { headers: { cookie: like } })).status).toBe(200);
  });

  it.each([
    '',
    '__Host-access=',
    '__Host-access',
    '__Host-access=x',
    ';;;=;',
    'a=b',
    '=__Host-access=x',
    '__Host-access=%zz',
  ])('is not made of the cookie header %j', async (cookie) =>
    expectProblem(await new Browser(gatehouse).get('auth/session', { headers: { cookie } }), 401),
  );

  it('shows its tokens to no log', async () => {
    const browser = await signedIn();
    await browser.post('auth/refresh');
    await browser.post('auth/logout', { csrf: null });
    const log = gatehouse.log.join('\n');
    for (const { value } of browser.cookies.values()) expect(log).not.toContain(value);
  });

  it('can be asked for by listed apps of other hosts, which learn the CSRF token by asking', async () => {
    const browser = await signedIn();
    const from = { origin: APP, 'sec-fetch-site': 'same-site' };
    const asked = await browser.get('auth/csrf', { from });
    expect(asked.body).toEqual({ csrfToken: browser.cookie('csrf') });
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      'cache-control': 'no-store',
    });
    const preflight = await gatehouse.request().options('/api/v1/auth/refresh').set({
      origin: APP,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-csrf-token',
    });
    expect(preflight.headers['access-control-allow-headers']).toContain('x-csrf-token');
    expect((await browser.post('auth/refresh', { from, csrf: asked.body.csrfToken })).status).toBe(200);

    const elsewhere = await browser.get('auth/csrf', { from: { origin: 'https://evil.example' } });
    expect(elsewhere.headers).not.toHaveProperty('access-control-allow-origin');
    expect((await new Browser(gatehouse).get('auth/csrf')).body).toEqual({ csrfToken: null });
  });

  describe('as a deployment has it', () => {
    const deployed = async (
      settings: GatehouseOptions['env'],
      work: (on: Gatehouse) => Promise<void>,
    ): Promise<void> => {
      const own = await startGatehouse({ env: { ...env, ...settings } });
      try {
        await work(own);
      } finally {
        await own.stop();
      }
    };

    it('may be the way unless a client asks for tokens', () =>
      deployed({ TOKEN_TRANSPORT: 'cookie', COOKIE_SAME_SITE: 'strict' }, async (own) => {
        const person = new Client(own);
        const byDefault = await person.verify(await person.requestCode(newEmail())).expect(200);
        expect(byDefault.text).not.toMatch(TOKEN);
        for (const { sameSite } of Object.values(flags(byDefault))) expect(sameSite).toBe('strict');
        const body = { ...(await person.requestCode(newEmail())), transport: 'bearer' };
        expect((await person.post('auth/login/verify', body).expect(200)).body.accessToken).toMatch(TOKEN);
      }));

    it('may be shared by the hosts of a domain, and then has refresh cookies for sign-in routes only', () =>
      deployed({ COOKIE_DOMAIN: 'example.com' }, async (own) => {
        const browser = await signedIn(own);
        expect(
          [...browser.cookies].map(([name, { domain, path, secure }]) => [name, domain, path, secure]),
        ).toEqual([
          ['__Secure-device', 'example.com', '/', true],
          ['__Secure-access', 'example.com', '/', true],
          ['__Secure-refresh', 'example.com', '/api/v1/auth', true],
          ['__Secure-csrf', 'example.com', '/', true],
        ]);
        expect((await browser.get('users/me')).status).not.toBe(401);
        expect((await browser.post('auth/refresh')).status).toBe(200);
        expect((await browser.post('auth/logout')).status).toBe(204);
        expect(browser.sessionCookies).toEqual([]);
      }));

    it('may do without TLS while developing, and then promises nothing in its name', () =>
      deployed({ COOKIE_SECURE: 'off', PUBLIC_URL: 'http://localhost:3000' }, async (own) => {
        const browser = await signedIn(own);
        expect([...browser.cookies.values()].map(({ name, secure }) => [name, secure])).toEqual([
          ['gatehouse-device', undefined],
          ['gatehouse-access', undefined],
          ['gatehouse-refresh', undefined],
          ['gatehouse-csrf', undefined],
        ]);
        expect((await browser.post('auth/refresh')).status).toBe(200);
      }));
  });
});
