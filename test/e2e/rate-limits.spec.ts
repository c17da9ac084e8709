import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresDatabase } from '#adapters/typeorm';
import { minutes, seconds } from '#domain/kernel';
import { inParallel, newEmail, tally, until } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

/** One proxy in front, which tells us the address that it saw. */
const BEHIND_A_PROXY = { RATE_LIMITS: 'on', TRUSTED_PROXIES: '1' };

describe('Rate limits', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => void (gatehouse = await startGatehouse({ env: BEHIND_A_PROXY })));
  afterAll(() => gatehouse.stop());

  let lastAddress = 0;
  let address: string;
  beforeEach(() => void (address = `203.0.113.${++lastAddress}`));

  const get = (path: string, from = address) => gatehouse.request().get(path).set('x-forwarded-for', from);
  const init = (from = address) =>
    gatehouse
      .request()
      .post('/api/v1/auth/login/init')
      .set('x-forwarded-for', from)
      .send({ identifier: newEmail() });

  const auditedBlock = async (of: string): Promise<object | undefined> => {
    const { rows } = await gatehouse.app.get(PostgresDatabase, { strict: false }).query<{ times: number }>(
      {
        text: `SELECT count(*)::int AS times FROM gatehouse.audit_events
               WHERE action = 'address.blocked' AND address = $1`,
      },
      [of],
    );
    return rows[0]?.times ? rows[0] : undefined;
  };

  it('allow 100 requests a minute from one address, and say how many are left', async () => {
    const first = await get('/.well-known/jwks.json');
    expect(first.headers).toMatchObject({
      'ratelimit-limit': '100',
      'ratelimit-remaining': '99',
      'ratelimit-reset': '1',
    });
    const answers = await inParallel(109, () => get('/.well-known/jwks.json'));
    const { 200: allowed = 0, 429: refused = 0 } = tally(answers);
    // A token comes back every 600 ms, and the burst takes a moment.
    expect(allowed).toBeGreaterThanOrEqual(99);
    expect(allowed).toBeLessThanOrEqual(102);
    expect(allowed + refused).toBe(109);

    const last = answers.find(({ status }) => status === 429)!;
    expectProblem(last, 429, 'rate-limited');
    expect(last.headers).toMatchObject({ 'ratelimit-remaining': '0', 'retry-after': '1' });
    gatehouse.clock.advance(seconds(2));
    await get('/.well-known/jwks.json').expect(200);
  });

  it('allow five sign-in requests a minute from one address, whichever they are', async () => {
    const paths = [
      'auth/login/init',
      'auth/register',
      'auth/login/verify',
      'auth/login/init',
      'auth/register',
    ];
    for (const [index, path] of paths.entries()) {
      const response = await gatehouse
        .request()
        .post(`/api/v1/${path}`)
        .set('x-forwarded-for', address)
        .send({});
      expect(response.status).toBe(400);
      expect(response.headers).toMatchObject({
        'ratelimit-limit': '5',
        'ratelimit-remaining': String(4 - index),
      });
    }
    const refused = await init();
    expectProblem(refused, 429, 'rate-limited');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(12);
    gatehouse.clock.advance(seconds(12));
    await init().expect(202);
    // The stricter limit is its own: everything else goes on.
    await get('/.well-known/jwks.json').expect(200);
  });

  it('count what never reaches a route: unknown paths, broken and oversized bodies', async () => {
    const send = (body: string) =>
      gatehouse
        .request()
        .post('/api/v1/auth/refresh')
        .set('x-forwarded-for', address)
        .type('json')
        .send(body);
    const remaining = [
      (await get('/nothing').expect(404)).headers,
      (await send('{').expect(400)).headers,
      (await send(JSON.stringify({ refreshToken: 'x'.repeat(70_000) })).expect(413)).headers,
    ].map((headers) => Number(headers['ratelimit-remaining']));
    expect(remaining).toEqual([99, 98, 97]);
  });

  it('leave /health and /ready alone', async () => {
    const answers = await inParallel(150, (i) => get(i % 2 ? '/health' : '/ready'));
    expect(tally(answers)).toEqual({ 200: 150 });
    expect(answers[0]?.headers).not.toHaveProperty('ratelimit-limit');
  });

  it('count each address by itself, and an IPv6 network as one', async () => {
    for (let i = 0; i < 5; i++) await init(`2001:db8:1:1::${i}`).expect(202);
    await init('2001:db8:1:1:ffff:ffff:ffff:ffff').expect(429);
    await init('2001:DB8:1:1::').expect(429);
    await init('2001:db8:1:2::1').expect(202);
    for (let i = 0; i < 5; i++) await init().expect(202);
    await init(`::ffff:${address}`).expect(429);
  });

  it('believe the proxy and not what the client sent before it', async () => {
    for (let i = 0; i < 5; i++) await init(`198.51.100.${i}, ${address}`).expect(202);
    await init(`198.51.100.99, ${address}`).expect(429);
  });

  it.each([
    ['a word', 'localhost'],
    ['markup', '<script>'],
    ['a port', '203.0.113.250:80'],
    ['commas', ',,,,'],
    ['50 addresses', Array.from({ length: 50 }, (_, i) => `10.0.0.${i}x`).join(', ')],
    ['brackets', '[::1]'],
    ['8 kB', 'a'.repeat(8_000)],
  ])('are not got round with %s for an address', async (_what, from) => {
    const response = await get('/.well-known/jwks.json', from);
    expect(response.status).toBe(200);
    // All of them count as the proxy that passed them on.
    const next = await get('/.well-known/jwks.json', `${from}.`);
    expect(Number(next.headers['ratelimit-remaining'])).toBeLessThan(
      Number(response.headers['ratelimit-remaining']),
    );
  });

  it('block an address that keeps hitting them, for a while, and it alone', async () => {
    for (let i = 0; i < 5; i++) await init().expect(202);
    const refusals = [];
    for (let i = 0; i < 21; i++) refusals.push((await init()).body.code);
    expect(refusals.slice(0, 19)).toEqual(Array(19).fill('rate-limited'));
    expect(refusals.slice(-1)).toEqual(['address-blocked']);

    const blocked = await get('/.well-known/jwks.json');
    expectProblem(blocked, 429, 'address-blocked');
    expect(await until(() => auditedBlock(address), 'the block to be in the audit')).toEqual({ times: 1 });
    expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(290);
    await get('/.well-known/jwks.json', '203.0.113.251').expect(200);
    gatehouse.clock.advance(minutes(5) + seconds(1));
    await get('/.well-known/jwks.json').expect(200);
  });

  it('ignore X-Forwarded-For where no proxy is trusted', async () => {
    const direct = await startGatehouse({ env: { RATE_LIMITS: 'on' } });
    try {
      for (let i = 0; i < 5; i++) {
        const request = direct
          .request()
          .post('/api/v1/auth/login/init')
          .set('x-forwarded-for', `10.0.0.${i}`);
        await request.send({ identifier: newEmail() }).expect(202);
      }
      const request = direct.request().post('/api/v1/auth/login/init').set('x-forwarded-for', '10.0.0.99');
      await request.send({ identifier: newEmail() }).expect(429);
    } finally {
      await direct.stop();
    }
  });
});
