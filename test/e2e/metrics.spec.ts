import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Metrics, MetricsServer } from '#adapters/prometheus';
import { explain } from '../../apps/api/src/explain.js';
import { Client, newEmail, newPhone, otherThan, until } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

const TOKEN = 'a'.repeat(32);

/** Every series and its value, as Prometheus would store them. */
type Scrape = ReadonlyMap<string, number>;

const parse = (exposition: string): Scrape =>
  new Map(
    exposition
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
  );

const scrape = async (gatehouse: Gatehouse): Promise<Scrape> =>
  parse((await gatehouse.request().get('/metrics').expect(200)).text);

/** By how much each series grew, of those that did. */
const growth = (before: Scrape, after: Scrape, family: RegExp): Record<string, number> =>
  Object.fromEntries(
    [...after]
      .filter(([series]) => family.test(series))
      .map(([series, value]) => [series, value - (before.get(series) ?? 0)] as const)
      .filter(([, grown]) => grown !== 0),
  );

describe('What Prometheus is told', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  it('moves with a sign-in: codes, sign-ins, messages, audit, requests', async () => {
    const before = await scrape(gatehouse);
    const challenge = await client.requestCode(newEmail());
    await client.verify({ ...challenge, code: otherThan(challenge.code) }).expect(401);
    await client.verify(challenge).expect(200);
    const sent = 'gatehouse_messages_total{channel="email",template="otp-code",result="sent"}';
    const after = await until(async () => {
      const now = await scrape(gatehouse);
      return now.get(sent) === before.get(sent)! + 1 && now;
    }, 'the count of the message');

    expect(growth(before, after, /^gatehouse_(one_time_codes|sign_ins)_total/)).toEqual({
      'gatehouse_one_time_codes_total{channel="email",event="requested"}': 1,
      'gatehouse_one_time_codes_total{channel="email",event="rejected"}': 1,
      'gatehouse_one_time_codes_total{channel="email",event="verified"}': 1,
      'gatehouse_sign_ins_total{method="otp",result="rejected"}': 1,
      'gatehouse_sign_ins_total{method="otp",result="admitted"}': 1,
    });
    expect(growth(before, after, /^gatehouse_audit_events_total/)).toEqual({
      'gatehouse_audit_events_total{action="otp.requested",result="success"}': 1,
      'gatehouse_audit_events_total{action="otp.rejected",result="failure"}': 1,
      'gatehouse_audit_events_total{action="otp.verified",result="success"}': 1,
      'gatehouse_audit_events_total{action="user.registered",result="success"}': 1,
      'gatehouse_audit_events_total{action="session.opened",result="success"}': 1,
    });
    expect(growth(before, after, /duration_seconds_count.*auth\/login/)).toEqual({
      'gatehouse_http_request_duration_seconds_count{method="POST",route="/api/v1/auth/login/init",status="2xx"}': 1,
      'gatehouse_http_request_duration_seconds_count{method="POST",route="/api/v1/auth/login/verify",status="2xx"}': 1,
      'gatehouse_http_request_duration_seconds_count{method="POST",route="/api/v1/auth/login/verify",status="4xx"}': 1,
    });
  });

  it('says which checks the caches answered, how the pool is used, and which sessions are live', async () => {
    const { accessToken } = await client.signIn(newPhone());
    const before = await scrape(gatehouse);
    for (let i = 0; i < 5; i++) await client.get('auth/session', accessToken).expect(200);
    const after = await scrape(gatehouse);
    expect(after.get('gatehouse_cache_entries{cache="access-tokens"}')).toBeGreaterThan(0);
    expect(growth(before, after, /cache_requests_total.*access-tokens/)).toEqual({
      'gatehouse_cache_requests_total{cache="access-tokens",result="hit"}': 4,
      'gatehouse_cache_requests_total{cache="access-tokens",result="miss"}': 1,
    });
    expect(after.get('gatehouse_postgres_pool_connections{state="idle"}')).toBeGreaterThan(0);
    expect(after.get('gatehouse_password_hashing_jobs{state="waiting"}')).toBe(0);
    // The query behind it runs beside the scrape that asks for it first.
    const sampled = await until(async () => {
      const now = await scrape(gatehouse);
      return now.has('gatehouse_sessions_active') && now.has('gatehouse_outbox_events{state="due"}') && now;
    }, 'a sample');
    expect(sampled.get('gatehouse_sessions_active')).toBeGreaterThanOrEqual(0);
    expect(sampled.get('gatehouse_outbox_events{state="set-aside"}')).toBe(0);
    expect(sampled.get('gatehouse_outbox_oldest_due_seconds')).toBeGreaterThanOrEqual(0);
  });

  it('counts each request once, under the method that it had', async () => {
    const before = await scrape(gatehouse);
    await gatehouse.request().head('/health').expect(200);
    await gatehouse.request().get('/health').expect(200);
    await gatehouse.request().head('/nothing').expect(404);
    expect(growth(before, await scrape(gatehouse), /duration_seconds_count.*(health|unmatched)/)).toEqual({
      'gatehouse_http_request_duration_seconds_count{method="HEAD",route="/health",status="2xx"}': 1,
      'gatehouse_http_request_duration_seconds_count{method="GET",route="/health",status="2xx"}': 1,
      'gatehouse_http_request_duration_seconds_count{method="any",route="unmatched",status="4xx"}': 1,
    });
  });

  it('counts a request as in flight until its client has left', async () => {
    const series = 'gatehouse_http_requests_in_flight{method="POST",route="/api/v1/auth/login/init"}';
    const socket = connect(gatehouse.port, '127.0.0.1');
    const head = 'POST /api/v1/auth/login/init HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';
    socket.write(`${head}content-length: 10\r\n\r\n{`);
    await until(async () => (await scrape(gatehouse)).get(series) === 1, 'the request');
    socket.destroy();
    await until(async () => (await scrape(gatehouse)).get(series) === 0, 'its end');
  });

  it('has no more series after hostile traffic than before it, but for answers of routes of ours', async () => {
    const count = (found: Scrape): number =>
      [...found.keys()].filter((s) => s.startsWith('gatehouse_')).length;
    const before = count(await scrape(gatehouse));
    for (let i = 0; i < 50; i++) {
      const noise = Math.random().toString(36).slice(2);
      await gatehouse.request().get(`/${noise}/${noise}?${noise}`);
      await gatehouse.request().delete(`/api/v1/sessions/${noise}`).set('user-agent', noise);
      await client.post('auth/login/init', { identifier: `${noise}@example.com`, [noise]: 1 });
      await client.verify({ sessionId: noise, code: noise });
      await client.refresh(noise);
    }
    const strange = connect(gatehouse.port, '127.0.0.1');
    strange.write(
      'PROPFIND /dav HTTP/1.1\r\nhost: a\r\n\r\nPURGE / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    );
    await text(strange);
    const after = await scrape(gatehouse);
    // A histogram of ten buckets, of four routes and of what matches none.
    expect(count(after) - before).toBeLessThanOrEqual(5 * 13);
    for (const series of after.keys()) expect(series).not.toMatch(/@|PROPFIND|\?/);
  });

  it('is not in the request log, the rate limits or the description of the API', async () => {
    await scrape(gatehouse);
    const lines = gatehouse.log.filter((line) => line.includes('"/metrics"'));
    expect(lines.filter((line) => !line.includes('"level":"debug"'))).toEqual([]);
    expect((await gatehouse.request().get('/openapi.json')).text).not.toContain('/metrics');
  });
});

describe('Each profile', () => {
  it('is told of the parts that it has: here the circuits to a mail server and a Redis that are not there', async () => {
    const env = {
      SMTP_URL: 'smtp://127.0.0.1:9',
      MAIL_FROM: 'a@example.com',
      REDIS_URL: 'redis://127.0.0.1:9/0',
    };
    const gatehouse = await startGatehouse({ env });
    try {
      const states = [...(await scrape(gatehouse)).keys()].filter((series) =>
        series.includes('circuit_state'),
      );
      expect(
        states.map((series) => /circuit="(\w+)",state="([\w-]+)"/.exec(series)?.slice(1).join(' ')),
      ).toEqual([
        ...['redis closed', 'redis half-open', 'redis open'],
        ...['email closed', 'email half-open', 'email open'],
      ]);
    } finally {
      await gatehouse.stop();
    }
  });
});

describe('Who may ask', () => {
  let gatehouse: Gatehouse | undefined;
  afterEach(async () => {
    await gatehouse?.stop();
    gatehouse = undefined;
  });
  const start = async (env: Record<string, string>): Promise<Gatehouse> =>
    (gatehouse = await startGatehouse({ env }));

  it.each(['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'])(
    'is this machine, but nobody whom a proxy on it speaks for: %s',
    async (header) => {
      const response = await (await start({})).request().get('/metrics').set(header, '127.0.0.1');
      expectProblem(response, 404, 'not-found');
    },
  );

  it('is the holder of the token, if there is one, and then not this machine without it', async () => {
    const started = await start({ METRICS_TOKEN: TOKEN });
    for (const authorization of ['', 'Bearer', `Bearer ${TOKEN}a`, `Basic ${TOKEN}`, TOKEN]) {
      const response = await started.request().get('/metrics').set('authorization', authorization);
      expectProblem(response, 401, 'invalid-token');
    }
    await started.request().get('/metrics').set('authorization', `Bearer ${TOKEN}`).expect(200);
  });

  it('goes to the port for metrics where there is one, and there finds nothing else', async () => {
    const started = await start({ METRICS_PORT: '0', METRICS_TOKEN: TOKEN });
    expectProblem(await started.request().get('/metrics'), 404, 'not-found');

    const { url } = started.app.get(MetricsServer, { strict: false });
    const authorization = `Bearer ${TOKEN}`;
    const response = await fetch(url, { headers: { authorization } });
    expect(await response.text()).toContain('\ngatehouse_sign_ins_total');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/);
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { method: 'POST', headers: { authorization } })).status).toBe(405);
    expect((await fetch(new URL('/health', url), { headers: { authorization } })).status).toBe(404);
  });

  it('says which setting is to be changed when the port is taken', async () => {
    const started = await start({ METRICS_PORT: '0' });
    const { port } = new URL(started.app.get(MetricsServer, { strict: false }).url);
    const second = new MetricsServer(new Metrics(), {
      host: '127.0.0.1',
      port: Number(port),
      token: undefined,
    });
    const refusal = await second.onApplicationBootstrap().catch(explain);
    expect(refusal).toMatch(/^Port \d+ on 127\.0\.0\.1 is taken .* METRICS_PORT=\.\.\.$/);
  });

  it('is never limited, because a scrape that fails in an attack tells nothing of it', async () => {
    const started = await start({ RATE_LIMITS: 'on', RATE_LIMIT_PER_MINUTE: '2' });
    for (let i = 0; i < 4; i++) await started.request().get('/metrics').expect(200);
    for (let i = 0; i < 4; i++) await started.request().get('/nothing');
    expect(await started.app.get(Metrics).exposition()).toContain(
      'gatehouse_rate_limited_requests_total{limit="overall",reason="rate-limited"} 2',
    );
  });
});
