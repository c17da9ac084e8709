import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OpenTelemetryTracing } from '#adapters/opentelemetry';
import { OutboxRelay, PostgresDatabase, PostgresSessionStore, PostgresUnitOfWork } from '#adapters/typeorm';
import type { DomainEvent, Span } from '#domain/kernel';
import { anEvent, at, FixedClock, inParallel, newId } from '#domain/kernel/testing';
import { OtlpPeer, type ExportedSpan } from '../../support/otlp-peer.js';
import { openPostgresRecord, reversingCipher, type PostgresRecord } from './postgres-record.js';

describe('Work that is traced', () => {
  let record: PostgresRecord;
  let peer: OtlpPeer;
  let tracing: OpenTelemetryTracing;
  let database: PostgresDatabase;
  let relay: OutboxRelay;
  let unitOfWork: PostgresUnitOfWork;

  beforeAll(async () => {
    record = await openPostgresRecord();
  });
  afterAll(() => record.close());
  beforeEach(async () => {
    await record.empty();
    peer = await OtlpPeer.start();
    tracing = new OpenTelemetryTracing({
      endpoint: peer.url,
      ratio: 1,
      serviceName: 'test',
      serviceVersion: '1',
      onTrouble: () => undefined,
    });
    database = new PostgresDatabase(record.dataSource, tracing);
    relay = new OutboxRelay(database, reversingCipher, new FixedClock(), () => undefined);
    unitOfWork = new PostgresUnitOfWork(database, reversingCipher, relay);
  });
  afterEach(async () => {
    await relay.stop(0);
    await tracing.onApplicationShutdown();
    await peer.stop();
  });

  /** Does it for a request that is sampled. */
  const asRequest = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const span = tracing.begin(name)!;
    await tracing.within(span, work);
    span.end();
  };
  const exported = async (): Promise<Trace> => {
    await tracing.onApplicationShutdown();
    return new Trace(peer.spans);
  };
  const append = (event: DomainEvent, about?: string) =>
    unitOfWork.run(async ({ outbox }) => outbox.append(event), about === undefined ? {} : { about });
  const contexts = async (): Promise<Map<string, string | null>> => {
    const rows = await record.query<{ id: string; trace_context: string | null }>(
      'SELECT id, trace_context FROM gatehouse.outbox_events',
    );
    return new Map(rows.map((row) => [row.id, row.trace_context]));
  };

  it('has one transaction in its own trace, with a span for each round trip', async () => {
    await asRequest('request', () => append(anEvent(), 'it'));
    const trace = await exported();
    const transaction = trace.one('transaction');
    expect(trace.nameOfParent(transaction)).toBe('request');
    expect(trace.named('group commit')).toEqual([]);
    expect(trace.childrenOf(transaction)).toMatchObject([
      {
        name: 'BEGIN, outbox_append, COMMIT',
        kind: 3,
        attributes: { 'db.system.name': 'postgresql', 'db.operation.batch.size': 3 },
      },
    ]);
  });

  it("has the server's code for what it refused, alone or in a transaction", async () => {
    const refused = { text: 'SELECT 1 / 0' };
    await asRequest('request', async () => {
      await expect(database.query(refused, [])).rejects.toThrow();
      await expect(database.transaction((tx) => tx.query(refused, []))).rejects.toThrow();
    });
    const codes = { 'error.type': '22012', 'db.response.status_code': '22012' };
    const trace = await exported();
    expect([trace.one('SELECT'), trace.one('BEGIN, SELECT')]).toMatchObject([
      { failed: true, attributes: codes },
      { failed: true, attributes: codes },
    ]);
  });

  it('shares a transaction that is in the trace of the first, and that the others are linked with', async () => {
    const events = Array.from({ length: 5 }, () => anEvent());
    await Promise.all(
      events.map((event, i) => {
        const work = () => append(event, `thing ${i}`);
        // Of five requests the first and the last are not sampled.
        return i === 0 || i === 4 ? work() : asRequest(`request ${i}`, work);
      }),
    );
    const trace = await exported();
    const groups = trace.named('group commit');
    expect(groups.map((group) => trace.nameOfParent(group)).sort()).toEqual([
      'request 1',
      'request 2',
      'request 3',
    ]);
    const holder = trace.one('transaction').parentSpanId;
    const [first, ...others] = groups.sort(
      (a, b) => Number(b.spanId === holder) - Number(a.spanId === holder),
    );
    const place = ({ traceId, spanId }: ExportedSpan) => ({ traceId, spanId });
    expect(first!.links).toEqual(expect.arrayContaining(others.map(place)));
    expect(others.map(({ links }) => links)).toEqual([[place(first!)], [place(first!)]]);
    expect(new Set(groups.map(({ attributes }) => attributes['gatehouse.group.size']))).toEqual(new Set([5]));

    const kept = await contexts();
    const traceOf = (name: string) => trace.one(name).traceId;
    expect(events.map(({ id }) => kept.get(id)?.split('-')[1] ?? null)).toEqual([
      null,
      ...['request 1', 'request 2', 'request 3'].map(traceOf),
      null,
    ]);
  });

  it('has a transaction of its own, in its own trace, when its group fails', async () => {
    const failing = unitOfWork.run(() => Promise.reject(new Error('no')), { about: 'nothing' });
    await Promise.all([
      failing.catch(() => undefined),
      ...['a', 'b'].map((name) => asRequest(`request ${name}`, () => append(anEvent(), name))),
    ]);
    const trace = await exported();
    const committed = trace.named('transaction').filter(({ failed }) => !failed);
    expect(committed.map((span) => trace.nameOfParent(span)).sort()).toEqual(['request a', 'request b']);
  });

  it('names what failed by the code of the database, and ends', async () => {
    await asRequest('request', () =>
      unitOfWork.run(async () => database.query({ text: 'SELECT 1 / $1::int' }, [0])).catch(() => undefined),
    );
    const trace = await exported();
    expect(trace.one('SELECT')).toMatchObject({ failed: true, attributes: { 'error.type': '22012' } });
    expect(trace.one('transaction').failed).toBe(true);
  });

  it('shares a statement with whoever comes at the same moment, each by a span of its own', async () => {
    const store = new PostgresSessionStore(database);
    const presented = () => ({ userId: newId(), sessionId: newId(), generation: 1 });
    const rotation = { now: at(0), graceStart: at(0), expiresAt: at(1), address: '::1', userAgent: '' };
    await inParallel(3, (i) => asRequest(`request ${i}`, () => store.rotate(presented(), rotation)));
    const trace = await exported();
    expect(trace.named('session_rotate_free')).toHaveLength(1);
    expect(trace.named('group commit')).toHaveLength(3);
    for (const alone of trace.named('session_find_live'))
      expect(trace.nameOfParent(alone)).toMatch(/^request/);
  });

  it('is not put down to whoever was there before', async () => {
    const store = new PostgresSessionStore(database);
    const presented = () => ({ userId: newId(), sessionId: newId(), generation: 1 });
    const rotation = { now: at(0), graceStart: at(0), expiresAt: at(1), address: '::1', userAgent: '' };
    const rotate = () => store.rotate(presented(), rotation);
    const calls: Promise<unknown>[] = [];
    // While two groups are under way the third waits, and is then executed by whichever of them is done.
    for (const call of [() => asRequest('request', rotate), () => asRequest('request', rotate), rotate]) {
      calls.push(call());
      await nextTurn();
    }
    await Promise.all(calls);
    const trace = await exported();
    expect(trace.named('session_rotate_free').map((span) => trace.nameOfParent(span))).toEqual([
      'request',
      'request',
    ]);
  });

  it('goes on in the worker in the trace of the request, and of no other', async () => {
    const [traced, untraced, refused] = [anEvent(), anEvent(), anEvent()];
    const handled = new Map<string, Span | null>();
    const all = new Promise<void>((resolve) => {
      relay.start(async ({ id }) => {
        handled.set(id, tracing.active());
        await database.query({ name: 'handling', text: 'SELECT 1' }, []);
        if (handled.size === 3) resolve();
        if (id === refused.id) throw Object.assign(new Error('to ada@example.com'), { code: 'refused' });
      });
    });
    // Wakes the relay, which then claims the others as well.
    await append(untraced);
    await asRequest('request', () => append(traced));
    await asRequest('refused', () => append(refused));
    await all;
    await relay.stop();
    const trace = await exported();

    expect(handled.get(untraced.id)).toBeNull();
    const deliveries = trace.named(`process ${traced.type}`);
    expect(
      deliveries.map((span) => [trace.nameOfRoot(span), span.failed, span.attributes['error.type']]),
    ).toEqual(
      expect.arrayContaining([
        ['request', false, undefined],
        ['refused', true, 'refused'],
      ]),
    );
    expect(trace.named('handling').map((span) => trace.nameOfParent(span))).toEqual([
      `process ${traced.type}`,
      `process ${traced.type}`,
    ]);
    expect(trace.names.filter((name) => /outbox_(claim|settle|postpone|renew)/.test(name))).toEqual([]);
  });
});

class Trace {
  constructor(readonly spans: readonly ExportedSpan[]) {}

  get names(): string[] {
    return this.spans.map(({ name }) => name);
  }

  named(wanted: string): ExportedSpan[] {
    return this.spans.filter(({ name }) => name === wanted);
  }

  one(wanted: string): ExportedSpan {
    const found = this.named(wanted);
    expect([wanted, found.length]).toEqual([wanted, 1]);
    return found[0]!;
  }

  childrenOf({ spanId }: ExportedSpan): ExportedSpan[] {
    return this.spans.filter(({ parentSpanId }) => parentSpanId === spanId);
  }

  nameOfParent({ parentSpanId }: ExportedSpan): string | undefined {
    return this.spans.find(({ spanId }) => spanId === parentSpanId)?.name;
  }

  nameOfRoot({ traceId }: ExportedSpan): string | undefined {
    return this.spans.find((span) => span.traceId === traceId && span.parentSpanId === '')?.name;
  }
}
