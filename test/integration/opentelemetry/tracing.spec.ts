import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenTelemetryTracing, type TracingOptions } from '#adapters/opentelemetry';
import { DomainError, Secret } from '#domain/kernel';
import { OtlpPeer } from '../../support/otlp-peer.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('Traces by OpenTelemetry', () => {
  let peer: OtlpPeer;
  let started: OpenTelemetryTracing[];
  let troubles: string[];
  beforeEach(async () => {
    peer = await OtlpPeer.start();
    started = [];
    troubles = [];
  });
  afterEach(async () => {
    await peer.stop();
    await Promise.all(started.map((tracing) => tracing.onApplicationShutdown()));
  });

  const start = (options: Partial<TracingOptions> = {}): OpenTelemetryTracing => {
    const tracing = new OpenTelemetryTracing({
      endpoint: peer.url,
      ratio: 1,
      serviceName: 'test',
      serviceVersion: '1.2.3',
      onTrouble: (message) => troubles.push(message),
      ...options,
    });
    started.push(tracing);
    return tracing;
  };
  const receive = (tracing: OpenTelemetryTracing, headers: Record<string, string> = {}) =>
    tracing.receive(headers, '/', (route) => ({ name: `GET ${route}`, attributes: { 'http.route': route } }));
  const exported = async (tracing: OpenTelemetryTracing) => {
    await tracing.onApplicationShutdown();
    return peer.spans;
  };

  it('arrive with what they are of, under the key of whoever may send them', async () => {
    const headers = new Secret({ 'x-api-key': 'key, with a comma' });
    const tracing = start({ headers, endpoint: `${peer.url}/` });
    const { span, traceId } = receive(tracing);
    tracing.within(span, () =>
      tracing.start('SELECT', { kind: 'client', attributes: { 'db.system.name': 'postgresql' } })!.end(),
    );
    span!.end();
    const [child, root] = await exported(tracing);
    expect(root).toMatchObject({
      traceId,
      parentSpanId: '',
      name: 'GET /',
      kind: 2,
      attributes: { 'http.route': '/' },
    });
    expect(child).toMatchObject({
      traceId,
      parentSpanId: root!.spanId,
      kind: 3,
      attributes: { 'db.system.name': 'postgresql' },
      resource: {
        'service.name': 'test',
        'service.version': '1.2.3',
        'service.instance.id': expect.any(String),
      },
    });
    expect(peer.headers[0]).toMatchObject({
      'x-api-key': 'key, with a comma',
      'content-type': 'application/x-protobuf',
    });
  });

  it("go on with the caller's, and carry what it keeps in them", async () => {
    const tracing = start({ ratio: 0 });
    const { span, traceId } = receive(tracing, {
      traceparent: `00-${TRACE}-${PARENT}-01`,
      tracestate: 'vendor=opaque',
    });
    span!.end();
    expect(traceId).toBe(TRACE);
    expect(await exported(tracing)).toMatchObject([
      { traceId: TRACE, parentSpanId: PARENT, traceState: 'vendor=opaque' },
    ]);
  });

  it.each([
    ['zeros for a trace', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['zeros for a parent', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the version that there is not', `ff-${TRACE}-${PARENT}-01`],
    ['more than its version has', `00-${TRACE}-${PARENT}-01-more`],
    ['capitals', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['too short a trace', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['two at once', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
    ['no hexadecimal', `00-${TRACE.replace('4', 'g')}-${PARENT}-01`],
    ['fifty kilobytes', `00-${TRACE.repeat(1_600)}`],
    ['nothing', ''],
    ['markup', `<script>${TRACE}</script>`],
  ])('begin anew where the caller sends %s', async (_what, traceparent) => {
    const tracing = start();
    const { span, traceId } = receive(tracing, { traceparent, tracestate: 'vendor=opaque' });
    expect(traceId).toMatch(/^(?!4bf92f35)[\da-f]{32}$/);
    span!.end();
    expect(await exported(tracing)).toMatchObject([{ traceId, parentSpanId: '', traceState: '' }]);
  });

  it('are not recorded where the caller does not record its own, though its id is known here', async () => {
    const tracing = start();
    expect(receive(tracing, { traceparent: `00-${TRACE}-${PARENT}-00` })).toEqual({
      traceId: TRACE,
      span: null,
    });
    expect(await exported(tracing)).toEqual([]);
  });

  it.each<[string, number, Record<string, string>]>([
    ['at the word of callers', 100, { traceparent: `00-${TRACE}-${PARENT}-01` }],
    ['for ourselves', 25, {}],
  ])('are recorded %s %i times a second, however many there are', (_forWhom, most, headers) => {
    const tracing = start();
    const received = Array.from({ length: 250 }, () => receive(tracing, headers).span);
    const recorded = received.filter((span) => span !== null).length;
    expect(recorded).toBeGreaterThanOrEqual(most);
    // A second may end in between.
    expect(recorded).toBeLessThanOrEqual(2 * most);
  });

  it('are made of nothing where the sampler passes: no id, no span, no span of what it leads to', async () => {
    const tracing = start({ ratio: 0 });
    expect(receive(tracing)).toEqual({ traceId: undefined, span: null });
    expect(tracing.start('SELECT')).toBeNull();
    expect(tracing.begin('job')).toBeNull();
    expect(await exported(tracing)).toEqual([]);
    expect(peer.bodies).toEqual([]);
  });

  it('are continued by whoever has kept their context, and by nobody inside of nothing', async () => {
    const tracing = start({ ratio: 0.5 });
    const span = tracing.begin('process', { kind: 'consumer' }, `00-${TRACE}-${PARENT}-01`)!;
    tracing.within(span, () => {
      expect(tracing.active()).toBe(span);
      tracing.within(null, () => expect([tracing.active(), tracing.start('SELECT')]).toEqual([null, null]));
    });
    expect(span.traceparent).toMatch(new RegExp(`^00-${TRACE}-[\\da-f]{16}-01$`));
    span.end();
    expect(await exported(tracing)).toMatchObject([{ traceId: TRACE, parentSpanId: PARENT, kind: 5 }]);
  });

  it.each<[string, unknown, string]>([
    ['the code of an error', Object.assign(new Error('ada@example.com'), { code: '23505' }), '23505'],
    [
      'the code of a refusal',
      DomainError.conflict('identifier-taken', 'ada@example.com'),
      'identifier-taken',
    ],
    ['the class of one without', new TypeError('ada@example.com'), 'TypeError'],
    ['nothing of a code that is a sentence', { code: 'ada@example.com is taken' }, '_OTHER'],
    ['nothing of what is no error', 'ada@example.com', '_OTHER'],
  ])('keep of a failure %s, and never its message', async (_what, error, kind) => {
    const tracing = start();
    tracing.begin('work')!.end(error);
    expect(await exported(tracing)).toMatchObject([{ failed: true, attributes: { 'error.type': kind } }]);
    expect(Buffer.concat(peer.bodies).includes('ada@')).toBe(false);
  });

  it('are lost without a word to anybody but the log, which says so once, and once when it is over', async () => {
    const tracing = start();
    const send = async (mode: number) => {
      peer.mode = mode;
      const arrived = peer.nextExport();
      // A full batch goes at once.
      for (let i = 0; i < 512; i++) tracing.begin('work')!.end();
      await arrived;
    };
    await send(400);
    await send(400);
    await send(200);
    await tracing.onApplicationShutdown();
    expect(troubles).toEqual([
      'spans are lost: the receiver does not take them (400)',
      'spans are taken again',
    ]);
  });

  it('hold up nobody who stops while the receiver stalls, or is not there', async () => {
    peer.mode = 'hang';
    const stalled = start({ timeout: 50 });
    const nobody = start({ timeout: 50, endpoint: 'http://127.0.0.1:9' });
    for (const tracing of [stalled, nobody]) tracing.begin('work')!.end();
    const begun = performance.now();
    await Promise.all([stalled.onApplicationShutdown(), nobody.onApplicationShutdown()]);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it('are dropped, not gathered, when more come than are taken', async () => {
    peer.mode = 'hang';
    const tracing = start({ timeout: 500 });
    for (let i = 0; i < 20_000; i++) tracing.begin('work')!.end();
    await peer.nextExport();
    peer.mode = 200;
    const kept = (await exported(tracing)).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(4_096);
  });
});
