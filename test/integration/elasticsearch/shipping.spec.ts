import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectElasticsearch, ElasticsearchAuthLogs } from '#adapters/elasticsearch';
import {
  PostgresAuditChain,
  PostgresAuditCursors,
  PostgresAuditFeed,
  PostgresDeadLetters,
} from '#adapters/typeorm';
import {
  AUTH_LOG_CURSOR,
  RetryDeadLetters,
  ShipAuditLog,
  type AuditEvent,
  type ShippingReport,
} from '#domain/audit';
import { anAuditEvent } from '#domain/audit/testing';
import { days, Secret, seconds } from '#domain/kernel';
import { at, FixedClock, inParallel, outcomeOf } from '#domain/kernel/testing';
import { elasticsearchForTests } from '../../support/elasticsearch.js';
import { ElasticsearchPeer } from '../../support/elasticsearch-peer.js';
import { asSuperuser } from '../../support/postgres.js';
import { openPostgresRecord, type PostgresRecord } from '../typeorm/postgres-record.js';

const server = await elasticsearchForTests();
/** Milliseconds, for the specs that have it before. */
const PATIENCE = 300_000;

let record: PostgresRecord;
let clock: FixedClock;
let peer: ElasticsearchPeer;
let stop: AbortController;
let opened: ElasticsearchAuthLogs[];
let warnings: string[];

beforeAll(async () => {
  record = await openPostgresRecord();
  await server.take();
}, PATIENCE);
afterAll(() => Promise.all([record.close(), server.stop()]));
beforeEach(async () => {
  await record.empty();
  clock = new FixedClock();
  peer = await ElasticsearchPeer.start();
  stop = new AbortController();
  opened = [];
  warnings = [];
});
afterEach(async () => {
  await Promise.all(opened.map((logs) => logs.close()));
  await peer.stop();
});

interface Timeouts {
  readonly requestTimeout?: number;
  readonly writeTimeout?: number;
}
const logsAt = async (url: string, timeouts: Timeouts = {}): Promise<ElasticsearchAuthLogs> => {
  const client = await connectElasticsearch({ url: new Secret(url) }, timeouts.requestTimeout);
  const logs = new ElasticsearchAuthLogs(client, {
    retention: days(90),
    warn: (message) => warnings.push(message),
    ...timeouts,
  });
  opened.push(logs);
  return logs;
};
const cursors = () => new PostgresAuditCursors(record.database);
interface WorkerParts extends Timeouts {
  readonly url?: string;
  readonly unitOfWork?: PostgresRecord['unitOfWork'];
  readonly cursors?: PostgresAuditCursors;
}
let workers = 0;
const worker = async (parts: WorkerParts = {}) =>
  new ShipAuditLog(
    new PostgresAuditFeed(record.database),
    parts.cursors ?? cursors(),
    parts.unitOfWork ?? record.unitOfWork,
    await logsAt(parts.url ?? peer.url, parts),
    clock,
    { keepFor: days(90) },
    `worker ${++workers}`,
  );
const append = (rows: number, overrides: Partial<AuditEvent> = {}) =>
  record.unitOfWork.run(async ({ audit }) => {
    for (let i = 0; i < rows; i++) audit.append(anAuditEvent(overrides));
  });
const position = () => cursors().position(AUTH_LOG_CURSOR);
const ids = async () =>
  (await record.query<{ id: string }>('SELECT id FROM gatehouse.audit_events ORDER BY 1')).map(
    ({ id }) => id,
  );
const positions = async () => {
  const [row] = await record.query<{ first: number; last: number }>(
    'SELECT min(position)::float8 AS first, max(position)::float8 AS last FROM gatehouse.audit_events',
  );
  return row!;
};
const shippedIds = () => peer.documents.map((document) => (document['event'] as { id: string }).id).sort();
/** Other specs share the database server, and their transactions hold the horizon back: until there is something. */
const step = async (shipping: ShipAuditLog, limit = 1_000): Promise<ShippingReport> => {
  for (;;) {
    const report = await shipping.execute(limit, stop.signal);
    if (report) return report;
  }
};
/** Until as many are passed over; the sum of what the workers reported. */
const drain = async (total: number, shipping: ShipAuditLog, limit = 1_000) => {
  let [shipped, rejected] = [0, 0];
  while (shipped + rejected < total) {
    const report = await step(shipping, limit);
    shipped += report.shipped;
    rejected += report.rejected;
  }
  return { shipped, rejected };
};

describe('Shipping the audit trail', () => {
  it('leaves out nothing and comes to an end', async () => {
    await append(25);
    const shipping = await worker();
    expect(await drain(25, shipping, 10)).toEqual({ shipped: 25, rejected: 0 });
    expect(shippedIds()).toEqual(await ids());
    expect(await shipping.execute(10, stop.signal)).toBeNull();
    expect(peer.bulks).toEqual([10, 10, 5]);
  });

  it('passes over what has outlived its retention', async () => {
    await append(2, { occurredAt: at(-days(92)) });
    await append(1);
    expect(await drain(1, await worker())).toEqual({ shipped: 1, rejected: 0 });
    expect(peer.documents).toHaveLength(1);
  });
});

describe('An Elasticsearch that', () => {
  it('refuses connections costs nothing but time', async () => {
    await peer.stop();
    await append(5);
    const shipping = await worker();
    for (let i = 0; i < 3; i++) {
      const { shipped, setback } = await step(shipping);
      expect([shipped, setback?.kind]).toEqual([0, 'unreachable']);
    }
    expect(await position()).toBeLessThan((await positions()).first);
    await peer.listen();
    await drain(5, shipping);
    expect(shippedIds()).toEqual(await ids());
  });

  it('stalls is waited for no longer than a request may take', async () => {
    await append(1);
    peer.always = 'hang';
    const { shipped, setback } = await step(await worker({ requestTimeout: 50 }));
    expect([shipped, setback]).toMatchObject([
      0,
      { kind: 'unreachable', reason: expect.stringMatching(/time/i) },
    ]);
  });

  it('answers by a byte now and then is waited for no longer than a write may take', async () => {
    await append(1);
    peer.always = 'trickle';
    const { shipped, setback } = await step(await worker({ writeTimeout: 200 }));
    expect([shipped, setback]).toMatchObject([
      0,
      { kind: 'unreachable', reason: expect.stringMatching(/did not end in time/) },
    ]);
  });

  it('is behind a proxy that finds nobody there is said to be gone, without the whole page', async () => {
    await append(1);
    const shipping = await worker();
    for (const status of [502, 504]) {
      peer.script({ status, page: `<html>${'x'.repeat(10_000)}` });
      const { setback } = await step(shipping);
      expect(setback).toMatchObject({
        kind: 'unreachable',
        reason: expect.stringMatching(`^${status} <html>`),
      });
      expect(setback!.reason.length).toBeLessThanOrEqual(500);
    }
  });

  it('stalls does not hold up the end of the process', async () => {
    await append(1);
    peer.always = 'hang';
    const running = step(await worker());
    while (!peer.requests.includes('POST /_bulk')) await position();
    stop.abort();
    expect((await running).setback?.kind).toBe('unreachable');
  });

  it('has too much to do says for how long, and is offered the same again', async () => {
    await append(3);
    const shipping = await worker();
    peer.script({ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }, { status: 413 });
    const setbacks = [];
    for (let i = 0; i < 3; i++) setbacks.push((await step(shipping)).setback);
    expect(setbacks).toMatchObject([
      { kind: 'overloaded', retryAfter: seconds(7) },
      { kind: 'overloaded', retryAfter: null },
      { kind: 'overloaded', retryAfter: null },
    ]);
    expect(await drain(3, shipping)).toEqual({ shipped: 3, rejected: 0 });
  });

  it.each([
    [429, 'es_rejected_execution_exception', 'overloaded'],
    [503, 'unavailable_shards_exception', 'overloaded'],
    [403, 'cluster_block_exception', 'refused'],
    [404, 'index_not_found_exception', 'refused'],
    [400, 'validation_exception', 'refused'],
    [400, 'index_closed_exception', 'refused'],
    [500, 'exception', 'refused'],
  ])(
    'answers %i %s for a part is passed by as far as it went, and no further',
    async (status, type, kind) => {
      await append(5);
      const shipping = await worker();
      peer.script({ from: 2, status, type });
      expect(await step(shipping)).toMatchObject({ shipped: 2, rejected: 0, setback: { kind } });
      expect(await drain(3, shipping)).toEqual({ shipped: 3, rejected: 0 });
      expect(shippedIds()).toEqual(await ids());
    },
  );

  it.each(['drop', 'cut'] as const)('loses the connection (%s) gets each row once', async (how) => {
    await append(5);
    const shipping = await worker();
    peer.script(how);
    expect((await step(shipping)).setback?.kind).toBe('unreachable');
    expect(peer.documents).toHaveLength(how === 'cut' ? 5 : 0);
    expect(await drain(5, shipping)).toEqual({ shipped: 5, rejected: 0 });
    expect(shippedIds()).toEqual(await ids());
  });

  it('lets nobody install a template is shipped to all the same', async () => {
    await peer.stop();
    peer = await ElasticsearchPeer.start({ readOnlySetup: true });
    await append(2);
    expect(await drain(2, await worker(), 1)).toEqual({ shipped: 2, rejected: 0 });
    expect(warnings).toEqual([expect.stringMatching(/may be missing: 403 /)]);
  });
});

describe('A document that does not fit', () => {
  const letters = () => new PostgresDeadLetters(record.database);

  it('is set aside with the reason, and holds up nothing', async () => {
    await append(2);
    await append(1, { metadata: { risk: 'high' } });
    await append(2);
    expect(await drain(5, await worker())).toEqual({ shipped: 4, rejected: 1 });
    const [letter, ...others] = await letters().list(0, 10);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      type: 'document_parsing_exception',
      reason: expect.stringContaining('metadata.risk'),
      rejectedAt: at(0),
    });
    expect((await ids()).filter((id) => !shippedIds().includes(id))).toEqual([letter?.id]);
  });

  it('is shipped after all once the reason is gone', async () => {
    await append(3, { metadata: { risk: 'high' } });
    await append(1);
    await drain(4, await worker());
    const trail = new PostgresAuditChain(record.database);
    const retry = async () =>
      new RetryDeadLetters(letters(), trail, await logsAt(peer.url), clock).execute(stop.signal);
    expect(await retry()).toEqual({ shipped: 0, rejected: 3, gone: 0 });
    expect(await letters().count()).toBe(3);

    await fetch(`${peer.url}/_index_template/auth-logs`, {
      method: 'PUT',
      body: JSON.stringify({ template: { mappings: {} } }),
    });
    expect(await retry()).toEqual({ shipped: 3, rejected: 0, gone: 0 });
    expect(await letters().count()).toBe(0);
    expect(shippedIds()).toEqual(await ids());
  });
});

describe('Several workers', () => {
  it('take turns: one ships, until its lease has ended', async () => {
    await append(4);
    const [first, second] = [await worker(), await worker()];
    await step(first, 2);
    for (let i = 0; i < 5; i++) expect(await second.execute(2, stop.signal)).toBeNull();
    clock.advance(seconds(60));
    expect((await step(second, 2)).shipped).toBe(2);
    expect(await first.execute(2, stop.signal)).toBeNull();
    expect(shippedIds()).toEqual(await ids());
  });

  it('need not wait for one that stopped in good order', async () => {
    await append(4);
    const [first, second] = [await worker(), await worker()];
    await step(first, 2);
    await first.release();
    expect((await step(second, 2)).shipped).toBe(2);
  });

  it('ship nothing twice, even when each believes that it is alone', async () => {
    await append(300);
    const careless = new (class extends PostgresAuditCursors {
      override lease = () => Promise.resolve(true);
    })(record.database);
    const end = (await positions()).last;
    const done = await inParallel(3, async () => {
      const shipping = await worker({ cursors: careless });
      let shipped = 0;
      while ((await position()) < end) shipped += (await shipping.execute(25, stop.signal))?.shipped ?? 0;
      return shipped;
    });
    expect(done.reduce((sum, shipped) => sum + shipped)).toBe(300);
    expect(shippedIds()).toEqual(await ids());
  });

  it('lose nothing when one dies after Elasticsearch took the rows and before it noted so', async () => {
    await append(5);
    const dying = await worker({ unitOfWork: { run: () => Promise.reject(new Error('killed')) } });
    expect(await outcomeOf(step(dying))).toBe('killed');
    expect(peer.documents).toHaveLength(5);
    expect(await position()).toBe(0);
    clock.advance(seconds(60));
    expect(await drain(5, await worker())).toEqual({ shipped: 5, rejected: 0 });
    expect(shippedIds()).toEqual(await ids());
  });
});

describe(`A backlog in ${server.name}`, () => {
  const EVENTS = 100_000;
  const INSERT = `
    INSERT INTO gatehouse.audit_events (id, occurred_at, action, result, user_id, address, user_agent, request_id, metadata)
    SELECT gen_random_uuid(), $1::timestamptz - i * interval '2 seconds', 'session.opened', 'success', gen_random_uuid(),
      '203.0.113.7', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'request ' || i,
      '{"method": "otp", "risk": 10, "country": "DE"}'
    FROM generate_series(1, ${EVENTS}) i`;
  const counted = async (): Promise<number> => {
    await fetch(`${server.url}/auth-logs-*/_refresh`, { method: 'POST' });
    return ((await (await fetch(`${server.url}/auth-logs-*/_count`)).json()) as { count: number }).count;
  };

  it('of 100,000 events drains when it comes back, and the counts match', async () => {
    await peer.stop();
    const started = await worker();
    await append(1);
    expect((await step(started)).setback?.kind).toBe('unreachable');
    await asSuperuser((client) => client.query(INSERT, [at(0)]), record.url);
    expect((await step(started, 2_000)).setback?.kind).toBe('unreachable');
    await started.release();

    expect(await drain(EVENTS + 1, await worker({ url: server.url }), 2_000)).toEqual({
      shipped: EVENTS + 1,
      rejected: 0,
    });
    expect(await counted()).toBe(EVENTS + 1);
    expect(await position()).toBeGreaterThanOrEqual((await positions()).last);
    expect(await new PostgresDeadLetters(record.database).count()).toBe(0);
    await peer.listen();
  }, 120_000);
});
