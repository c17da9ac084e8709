import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds } from '#domain/kernel';
import { signInAdministrator } from './support/administrator.js';
import { Client, inParallel, newEmail, tally, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

/** One in the Netherlands, one in Brazil: further apart than an hour's flight. */
const [NETHERLANDS, BRAZIL] = ['193.0.6.139', '200.160.2.3'];
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

interface Device {
  readonly id: string;
  readonly name: string;
  readonly current: boolean;
  readonly trusted: boolean;
  readonly trustedAt: string | null;
  readonly country: string | null;
  readonly address: string;
  readonly sessions: number;
}

interface AssessedSession {
  readonly deviceId: string;
  readonly risk: { readonly reasons: readonly string[] };
  readonly trust: { readonly level: string };
}

interface From {
  readonly address?: string;
  readonly userAgent?: string;
  readonly deviceToken?: string;
  readonly languages?: string;
}

describe('Devices', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  const keys = mkdtempSync(join(tmpdir(), 'gatehouse-devices-'));
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      env: { KEYS_DIR: keys, TRUSTED_PROXIES: '1', OTP_SENDS: '100', OTP_RESEND_DELAY: '0s' },
    });
    client = new Client(gatehouse);
  });
  afterAll(async () => {
    await gatehouse.stop();
    rmSync(keys, { recursive: true });
  });

  const call = (method: 'get' | 'put' | 'delete', path: string, token: string, address = NETHERLANDS) =>
    gatehouse
      .request()
      [method](`/api/v1/${path}`)
      .auth(token, { type: 'bearer' })
      .set('x-forwarded-for', address);
  const signIn = async (
    identifier: string,
    { address = NETHERLANDS, userAgent = FIREFOX, languages = 'de', deviceToken }: From = {},
  ): Promise<SignedIn> => {
    const challenge = await client.requestCode(identifier);
    const response = await gatehouse
      .request()
      .post('/api/v1/auth/login/verify')
      .set({ 'x-forwarded-for': address, 'user-agent': userAgent, 'accept-language': languages })
      .send({ ...challenge, deviceToken })
      .expect(200);
    return response.body as SignedIn;
  };
  const devicesOf = async ({ accessToken }: SignedIn): Promise<Device[]> =>
    (await call('get', 'devices', accessToken).expect(200)).body.items as Device[];
  const sessionOf = async ({ accessToken }: SignedIn): Promise<AssessedSession> =>
    (await call('get', 'auth/session', accessToken).expect(200)).body.session as AssessedSession;

  it('are listed as people know them, newest first, and recognised by their token', async () => {
    const email = newEmail();
    const laptop = await signIn(email);
    const phone = await signIn(email, { userAgent: SAFARI });
    const again = await signIn(email, { deviceToken: laptop.deviceToken });
    expect(await devicesOf(again)).toEqual([
      expect.objectContaining({ name: 'Safari on iOS', current: false, sessions: 1 }),
      {
        id: (await sessionOf(laptop)).deviceId,
        name: 'Firefox on Linux',
        current: true,
        trusted: false,
        trustedAt: null,
        firstSeenAt: expect.any(String),
        lastSeenAt: expect.any(String),
        address: NETHERLANDS,
        country: 'NL',
        sessions: 2,
      },
    ]);
    const first = (await call('get', 'devices?limit=1', phone.accessToken).expect(200)).body;
    const { body: second } = await call(
      'get',
      `devices?limit=1&cursor=${first.nextCursor}`,
      phone.accessToken,
    );
    expect([...first.items, ...second.items].map(({ name }: Device) => name)).toEqual([
      'Safari on iOS',
      'Firefox on Linux',
    ]);
    expect(second.nextCursor).toBeNull();
    expectProblem(await call('get', 'devices?cursor=x', phone.accessToken), 400, 'invalid-cursor');
  });

  it('look the same in the same language only', async () => {
    const email = newEmail();
    await signIn(email);
    expect((await sessionOf(await signIn(email))).risk.reasons).toEqual([]);
    expect((await sessionOf(await signIn(email, { languages: 'fr-CA' }))).risk.reasons).toEqual([
      'new-device',
    ]);
  });

  it('are trusted until they no longer are, and their sessions with them', async () => {
    const signedIn = await signIn(newEmail());
    const [device] = await devicesOf(signedIn);
    expect((await sessionOf(signedIn)).trust.level).toBe('medium');
    const trust = `devices/${device!.id}/trust`;
    const answers = await inParallel(5, () => call('put', trust, signedIn.accessToken));
    expect(tally(answers)).toEqual({ 204: 5 });
    gatehouse.clock.advance(seconds(1));
    expect(await devicesOf(signedIn)).toMatchObject([{ trusted: true, trustedAt: expect.any(String) }]);
    expect((await sessionOf(signedIn)).trust.level).toBe('high');
    await call('delete', trust, signedIn.accessToken).expect(204);
    await call('delete', trust, signedIn.accessToken).expect(204);
    gatehouse.clock.advance(seconds(1));
    expect((await sessionOf(signedIn)).trust.level).toBe('medium');
  });

  it('are not trusted out of a session that was taken elsewhere', async () => {
    const signedIn = await signIn(newEmail());
    const [device] = await devicesOf(signedIn);
    const trust = `devices/${device!.id}/trust`;
    expectProblem(await call('put', trust, signedIn.accessToken, BRAZIL), 403, 'trust-too-low');
    expect(await devicesOf(signedIn)).toMatchObject([{ trusted: false }]);
  });

  it('take their sessions with them when they are removed, within a second and for good', async () => {
    const email = newEmail();
    const phone = await signIn(email, { userAgent: SAFARI });
    const laptop = await signIn(email);
    const { deviceId } = await sessionOf(laptop);
    const other = await startGatehouse({
      databaseUrl: gatehouse.databaseUrl,
      env: { KEYS_DIR: keys, TRUSTED_PROXIES: '1', WORKER: 'off' },
    });
    try {
      const elsewhere = new Client(other);
      expect(await elsewhere.session(laptop.accessToken)).toBe(200);
      await call('delete', `devices/${deviceId}`, phone.accessToken).expect(204);
      expect(await client.session(laptop.accessToken)).toBe(401);
      other.clock.advance(seconds(1));
      expect(await elsewhere.session(laptop.accessToken)).toBe(401);
      expect(await elsewhere.session(phone.accessToken)).toBe(200);
    } finally {
      await other.stop();
    }
    await client.refresh(laptop.refreshToken).expect(401);
    expectProblem(await call('delete', `devices/${deviceId}`, phone.accessToken), 404, 'device-not-found');
    // Its token is no longer one of a device that is known.
    const returned = await signIn(email, { deviceToken: laptop.deviceToken });
    expect((await sessionOf(returned)).deviceId).not.toBe(deviceId);
  });

  it('of other people cannot be seen, trusted or removed, nor told from ones that never were', async () => {
    const [mine, theirs] = [await signIn(newEmail()), await signIn(newEmail())];
    const [device] = await devicesOf(theirs);
    for (const id of [device!.id, randomUUID()]) {
      for (const [method, path] of [
        ['put', `devices/${id}/trust`],
        ['delete', `devices/${id}/trust`],
        ['delete', `devices/${id}`],
      ] as const) {
        expectProblem(await call(method, path, mine.accessToken), 404, 'device-not-found');
      }
    }
    expect(await devicesOf(mine)).toHaveLength(1);
    expect(await devicesOf(theirs)).toMatchObject([{ id: device!.id, trusted: false, sessions: 1 }]);
  });

  it('and places show in the risk of a sign-in, in the session and on record, and the owner is told', async () => {
    const email = newEmail();
    const owner = await signIn(email);
    const thief = await signIn(email, { address: BRAZIL, userAgent: SAFARI });
    const { body } = await call('get', 'sessions', owner.accessToken).expect(200);
    const reasons = ['new-device', 'new-country', 'impossible-travel'];
    const risk = { score: expect.any(Number), reasons };
    expect(body.items).toMatchObject([
      { id: thief.session.id, country: 'BR', risk, trust: { level: 'low' } },
      { id: owner.session.id, country: 'NL', risk: { score: 0, reasons: [] }, trust: { level: 'medium' } },
    ]);
    const { score } = body.items[0].risk as { score: number };
    expect(score).toBeGreaterThan(60);

    const administrator = await signInAdministrator(gatehouse);
    const search = `action=session.opened&metadata=riskReasons:impossible-travel`;
    const { body: log } = await client
      .get(`admin/audit-logs?${search}`, administrator.accessToken)
      .expect(200);
    expect(log.items).toMatchObject([
      {
        sessionId: thief.session.id,
        metadata: { method: 'otp', country: 'BR', risk: score, riskReasons: reasons },
      },
    ]);
    const { body: seen } = await client
      .get(`admin/users/${owner.user.id}/sessions`, administrator.accessToken)
      .expect(200);
    expect(seen.items).toMatchObject([{ country: 'BR', risk: { reasons } }, { country: 'NL' }]);
    const { body: known } = await client
      .get(`admin/users/${owner.user.id}/devices`, administrator.accessToken)
      .expect(200);
    expect(known.items).toMatchObject([
      { country: 'BR', current: false, sessions: 1 },
      { country: 'NL', current: false, sessions: 1 },
    ]);
    expect((await client.message(email, 'new-sign-in')).text).toContain(BRAZIL);

    const [device] = await devicesOf(thief);
    const trust = `devices/${device!.id}/trust`;
    expectProblem(await call('put', trust, thief.accessToken, BRAZIL), 403, 'trust-too-low');
    // Nor does coming back help: what looked like a thief taught nothing.
    const from = { address: BRAZIL, userAgent: SAFARI, deviceToken: thief.deviceToken };
    const back = await signIn(email, from);
    expect(await sessionOf(back)).toMatchObject({ deviceId: device!.id, risk: { reasons } });
    expectProblem(await call('put', trust, back.accessToken, BRAZIL), 403, 'trust-too-low');
    expect((await sessionOf(await signIn(email))).risk.reasons).toEqual([]);
  });
});

describe('A trusted device', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      env: { RATE_LIMITS: 'on', TRUSTED_PROXIES: '1', RATE_LIMIT_PER_MINUTE: '20' },
    });
  });
  afterAll(() => gatehouse.stop());

  it('has a budget of its own once its address is over the limit, but nobody else has', async () => {
    gatehouse.clock.stop();
    const send = (token?: string, address = NETHERLANDS) => {
      const request = gatehouse.request().get('/api/v1/auth/session').set('x-forwarded-for', address);
      return token === undefined ? request : request.auth(token, { type: 'bearer' });
    };
    const client = new Client(gatehouse);
    const { accessToken } = await client.signIn(newEmail());
    const { deviceId } = (await client.get('auth/session', accessToken)).body.session;
    await client.put(`devices/${deviceId}/trust`, {}, accessToken).expect(204);
    gatehouse.clock.advance(seconds(1));

    for (let i = 0; i < 20; i++) await send();
    expectProblem(await send(), 429, 'rate-limited');
    expectProblem(await send('forged.access.token'), 429, 'rate-limited');
    for (let i = 0; i < 40; i++) {
      const { status, headers } = await send(accessToken);
      expect([status, headers['ratelimit-limit'], headers['ratelimit-remaining']]).toEqual([
        200,
        '40',
        `${39 - i}`,
      ]);
    }
    expectProblem(await send(accessToken), 429, 'rate-limited');
  });
});
