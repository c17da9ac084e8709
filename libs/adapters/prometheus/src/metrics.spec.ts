import { beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import type { AuditEvent } from '#domain/audit';
import { anAuditEvent } from '#domain/audit/testing';
import { aMessage } from '#domain/notification/testing';
import { Metrics } from './metrics.js';

let metrics: Metrics;
beforeEach(() => void (metrics = new Metrics()));

/** The samples of our own families, as `name{labels}` and value. */
async function samples(): Promise<Map<string, number>> {
  const lines = (await metrics.exposition()).split('\n').filter((line) => line.startsWith('gatehouse_'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

const nonZero = async (family: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    [...(await samples())].filter(([name, value]) => name.startsWith(family) && value !== 0),
  );

describe('Every family', () => {
  const watchAll = (): void => {
    const reading = { due: 1, waiting: 2, setAside: 3, oldestDueSeconds: 4.5 };
    metrics.watchRecord({
      pool: { inUse: 1, idle: 2, waiting: 3 },
      outbox: () => Promise.resolve(reading),
      activeSessions: () => Promise.resolve(7),
    });
    metrics.watchHashing({ running: 1, waiting: 2 });
    metrics.watchAuthLogs(() => Promise.resolve({ lagEvents: 1, lagSeconds: 2, deadLetters: 3 }));
    metrics.circuits.watch('redis', () => 'open');
    metrics.caches.watch('sessions', { hits: 3, misses: 2, entries: 1 });
  };

  it('is named as Prometheus would have it, and says what it is', async () => {
    watchAll();
    const text = await metrics.exposition();
    const families = [...text.matchAll(/^# TYPE (gatehouse_\w+) (\w+)$/gm)];
    expect(families.length).toBeGreaterThan(12);
    for (const [, name = '', type] of families) {
      expect(name).toMatch(/^[a-z][a-z_]*[a-z]$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name.endsWith('_seconds')).toBe(/duration|oldest|lag_seconds/.test(name));
      expect(text).toMatch(new RegExp(`^# HELP ${name} [A-Z1].{20,}\\.$`, 'm'));
    }
  });

  it('reads what counts for itself when it is scraped', async () => {
    watchAll();
    await samples();
    await setImmediate();
    expect(Object.fromEntries(await samples())).toMatchObject({
      'gatehouse_cache_requests_total{cache="sessions",result="hit"}': 3,
      'gatehouse_cache_requests_total{cache="sessions",result="miss"}': 2,
      'gatehouse_cache_entries{cache="sessions"}': 1,
      'gatehouse_circuit_state{circuit="redis",state="open"}': 1,
      'gatehouse_circuit_state{circuit="redis",state="closed"}': 0,
      'gatehouse_outbox_events{state="set-aside"}': 3,
      gatehouse_outbox_oldest_due_seconds: 4.5,
      gatehouse_sessions_active: 7,
      'gatehouse_postgres_pool_connections{state="in-use"}': 1,
      gatehouse_postgres_pool_waiting: 3,
      'gatehouse_password_hashing_jobs{state="waiting"}': 2,
    });
  });

  it('is absent rather than zero while its reading fails', async () => {
    metrics.watchRecord({
      pool: { inUse: 0, idle: 0, waiting: 0 },
      outbox: () => Promise.reject(new Error('gone')),
      activeSessions: () => Promise.reject(new Error('gone')),
    });
    for (let scrape = 0; scrape < 3; scrape++, await setImmediate()) {
      expect([...(await samples()).keys()].filter((name) => /outbox|sessions_active/.test(name))).toEqual([]);
    }
  });

  it('does not count the scrape among the callers that wait for a connection', async () => {
    const pool = { inUse: 0, idle: 1, waiting: 0 };
    const ask = (): Promise<never> => {
      pool.waiting++;
      return new Promise(() => undefined);
    };
    metrics.watchRecord({ pool, outbox: ask, activeSessions: ask });
    expect((await samples()).get('gatehouse_postgres_pool_waiting')).toBe(0);
    await setImmediate();
    expect(pool.waiting).toBe(2);
  });

  it('has its series before the first event, and no more after any', async () => {
    const before = await samples();
    const hostile = '"}\n# HELP x';
    const event = anAuditEvent({
      action: 'session.opened',
      reason: hostile,
      origin: { address: hostile, userAgent: hostile, requestId: hostile },
      metadata: { method: hostile, kind: hostile },
    });
    metrics.audit.count([event, { ...event, action: 'otp.requested' }]);
    metrics.admissions.succeeded(
      { address: hostile, bucket: 'sign-in' },
      { outcome: 'rate-limited', limit: 0, remaining: 0, resetSeconds: 0, retryAfterSeconds: 0 },
    );
    metrics.messages.failed(aMessage());
    const after = await samples();
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(before.get('gatehouse_audit_events_total{action="session.refresh-reused",result="failure"}')).toBe(
      0,
    );
    // Each metric's own bound, so that the sum cannot grow unnoticed.
    expect(before.size).toBeLessThan(350);
  });
});

describe('Sign-ins and codes', () => {
  const happened = (event: Partial<AuditEvent>): void => metrics.audit.count([anAuditEvent(event)]);

  it('are told apart by how they ended', async () => {
    happened({ action: 'session.opened', metadata: { method: 'otp' } });
    happened({ action: 'session.opened', metadata: { method: 'pwd' } });
    happened({ action: 'session.refused', result: 'failure', metadata: { method: 'pwd' } });
    happened({ action: 'otp.rejected', result: 'failure', metadata: { kind: 'phone' } });
    happened({ action: 'password.rejected', result: 'failure', metadata: { kind: 'email' } });
    happened({ action: 'password.throttled', result: 'failure', metadata: { kind: 'email' } });
    expect(await nonZero('gatehouse_sign_ins_total')).toEqual({
      'gatehouse_sign_ins_total{method="pwd",result="rejected"}': 1,
      'gatehouse_sign_ins_total{method="pwd",result="throttled"}': 1,
      'gatehouse_sign_ins_total{method="otp",result="admitted"}': 1,
      'gatehouse_sign_ins_total{method="pwd",result="admitted"}': 1,
      'gatehouse_sign_ins_total{method="pwd",result="refused"}': 1,
      'gatehouse_sign_ins_total{method="otp",result="rejected"}': 1,
    });
  });

  it('do not mix: a wrong code for a further identifier is no attempt to sign in', async () => {
    happened({ action: 'otp.rejected', result: 'failure', actorId: 'someone', metadata: { kind: 'phone' } });
    happened({ action: 'password.rejected', result: 'failure', actorId: 'someone' });
    expect(await nonZero('gatehouse_sign_ins_total')).toEqual({});
    expect(await nonZero('gatehouse_one_time_codes_total')).toEqual({
      'gatehouse_one_time_codes_total{channel="sms",event="rejected"}': 1,
    });
  });
});

describe('Auth logs', () => {
  const reading = { lagEvents: 5, lagSeconds: 1.5, deadLetters: 0 };

  it('are counted by what became of them, and writes by why they are repeated', async () => {
    const logs = metrics.watchAuthLogs(() => Promise.resolve(reading));
    const setback = { kind: 'overloaded', reason: 'anything at all', retryAfter: null } as const;
    logs.count({ shipped: 40, rejected: 2, setback: null, more: true });
    logs.count({ shipped: 2, rejected: 0, setback, more: true });
    expect(await nonZero('gatehouse_elasticsearch')).toEqual({
      'gatehouse_elasticsearch_documents_total{result="shipped"}': 42,
      'gatehouse_elasticsearch_documents_total{result="rejected"}': 2,
      'gatehouse_elasticsearch_setbacks_total{kind="overloaded"}': 1,
    });
    await setImmediate();
    expect((await samples()).get('gatehouse_elasticsearch_lag_seconds')).toBe(1.5);
  });

  it('have no series where there is no Elasticsearch', async () => {
    expect([...(await samples()).keys()].filter((name) => name.includes('elasticsearch'))).toEqual([]);
  });
});

describe('A route', () => {
  const things = { method: 'GET', route: '/things/:id' };
  const labels = 'method="GET",route="/things/:id"';

  it('has its answers by class of status', async () => {
    const route = metrics.http.route(things);
    for (const status of [200, 204, 404, 500]) route.observe(status, 0.02);
    expect(await nonZero('gatehouse_http_request_duration_seconds_count')).toEqual({
      [`gatehouse_http_request_duration_seconds_count{${labels},status="2xx"}`]: 2,
      [`gatehouse_http_request_duration_seconds_count{${labels},status="4xx"}`]: 1,
      [`gatehouse_http_request_duration_seconds_count{${labels},status="5xx"}`]: 1,
    });
  });

  it('has its requests in flight, and what is in flight elsewhere makes no series', async () => {
    metrics.http.route(things);
    metrics.http.watchInFlight(() => [things, { ...things }, { method: 'GET', route: '/things/1' }]);
    expect(await nonZero('gatehouse_http_requests_in_flight')).toEqual({
      [`gatehouse_http_requests_in_flight{${labels}}`]: 2,
    });
    metrics.http.watchInFlight(() => []);
    expect(await nonZero('gatehouse_http_requests_in_flight')).toEqual({});
  });
});
