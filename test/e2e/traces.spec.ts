import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tracingChannel } from 'node:diagnostics_channel';
import { PostgresDatabase } from '#adapters/typeorm';
import { SealAuditBatches } from '#domain/audit';
import { TRACING } from '#domain/kernel';
import { OtlpPeer, type ExportedSpan } from '../support/otlp-peer.js';
import { signInAdministrator } from './support/administrator.js';
import { Client, inParallel, newEmail, type SignedIn } from './support/client.js';
import { GatehouseProcess } from './support/gatehouse-process.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

interface AuditEvent {
  readonly action: string;
  readonly requestId: string;
  readonly traceId: string | null;
}

/** Names every module of OpenTelemetry that is loaded, by `import` or `require`. */
const REPORT_LOADING = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      if (url.includes('opentelemetry')) process.stderr.write('loaded ' + url + '\\n');
      return next(url, context);
    },
  });
`)}`;

const newTrace = () => ({ traceId: randomBytes(16).toString('hex'), parent: randomBytes(8).toString('hex') });

describe('A sign-in that is traced', () => {
  let peer: OtlpPeer;
  let gatehouse: Gatehouse;
  let client: Client;
  let admin: SignedIn;
  beforeAll(async () => {
    peer = await OtlpPeer.start();
    gatehouse = await startGatehouse({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: peer.url, OTEL_TRACES_SAMPLER_ARG: '1' },
    });
    client = new Client(gatehouse);
    admin = await signInAdministrator(gatehouse);
  });
  afterAll(async () => {
    await gatehouse.stop();
    await peer.stop();
  });

  const audit = async (query: object): Promise<readonly AuditEvent[]> =>
    (await client.get('admin/audit-logs', admin.accessToken).query(query).expect(200)).body
      .items as AuditEvent[];
  const requestCode = (headers: Record<string, string> = {}) =>
    client.post('auth/login/init', { identifier: newEmail() }).set(headers).expect(202);
  const spansOf = (traceId: string) => peer.spans.filter((span) => span.traceId === traceId);
  const rootOf = (traceId: string) => spansOf(traceId).find(({ parentSpanId }) => parentSpanId === '');
  const trace = (traceId: string, name: string) =>
    peer.until(() => spansOf(traceId).some((span) => span.name === name) && spansOf(traceId));

  it('leads from the request id to the audit row, to the trace with the delivery in it, and back', async () => {
    const { headers } = await requestCode();
    const requestId = headers['x-request-id'] as string;
    const [row] = await audit({ requestId });
    expect(row).toMatchObject({
      action: 'otp.requested',
      requestId,
      traceId: expect.stringMatching(/^[\da-f]{32}$/),
    });

    const traceId = row!.traceId!;
    const spans = await trace(traceId, 'process otp.requested');
    const named = (name: string): ExportedSpan => spans.find((span) => span.name === name)!;
    const server = await peer.until(() => rootOf(traceId));
    expect(server).toMatchObject({
      name: 'POST /api/v1/auth/login/init',
      kind: 2,
      failed: false,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/api/v1/auth/login/init',
        'http.response.status_code': 202,
        'url.scheme': 'http',
        'gatehouse.request.id': requestId,
      },
      resource: {
        'service.name': 'gatehouse-api',
        'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
      },
    });
    expect(named('transaction').parentSpanId).toBe(server.spanId);
    const statements = spans.filter(({ attributes }) => attributes['db.system.name'] === 'postgresql');
    expect(statements.map(({ name }) => name).join()).toMatch(
      /^BEGIN, .*audit_append, outbox_append, COMMIT/,
    );
    expect(statements[0]).toMatchObject({
      kind: 3,
      parentSpanId: named('transaction').spanId,
      attributes: { 'db.operation.name': 'BATCH', 'db.query.summary': statements[0]!.name },
    });
    expect(named('process otp.requested')).toMatchObject({
      kind: 5,
      parentSpanId: server.spanId,
      attributes: {
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'otp.requested',
      },
    });
    expect(named('send email')).toMatchObject({
      kind: 3,
      parentSpanId: named('process otp.requested').spanId,
      attributes: { 'gatehouse.message.template': 'otp-code' },
    });

    expect(await audit({ traceId })).toEqual([row]);
    const lines = gatehouse.log.filter((line) => line.includes(requestId));
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { requestId, traceId, msg: 'request' },
    ]);
  });

  it('says who and which session, by id', async () => {
    const { headers } = await client.get('auth/me', admin.accessToken).expect(200);
    const span = await peer.until(() =>
      peer.spans.find(({ attributes }) => attributes['gatehouse.request.id'] === headers['x-request-id']),
    );
    expect(span.attributes).toMatchObject({ 'user.id': admin.user.id, 'session.id': admin.session.id });
  });

  it('is delivered in its own trace, however many sign in at once', async () => {
    const answers = await inParallel(12, () => requestCode());
    const rows = await Promise.all(
      answers.map(async ({ headers }) => (await audit({ requestId: headers['x-request-id'] as string }))[0]!),
    );
    const ids = rows.map(({ traceId }) => traceId!);
    expect(new Set(ids).size).toBe(12);
    await peer.until(() =>
      ids.every((id) => spansOf(id).some(({ name }) => name === 'process otp.requested') && rootOf(id)),
    );
    const deliveries = ids.flatMap(spansOf).filter(({ name }) => name === 'process otp.requested');
    expect(deliveries).toHaveLength(12);
  });

  it('has one name for methods that the conventions do not know', async () => {
    const { headers } = await gatehouse.request().propfind('/health').expect(405);
    const span = await peer.until(() =>
      peer.spans.find(({ attributes }) => attributes['gatehouse.request.id'] === headers['x-request-id']),
    );
    expect(span).toMatchObject({
      name: 'HTTP',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'PROPFIND' },
    });
  });

  it("goes on with the caller's trace, and says nothing where the caller records nothing", async () => {
    const [recorded, passed] = [newTrace(), newTrace()];
    const answer = await requestCode({ traceparent: `00-${passed.traceId}-${passed.parent}-00` });
    await requestCode({ traceparent: `00-${recorded.traceId}-${recorded.parent}-01` });
    const spans = await trace(recorded.traceId, 'process otp.requested');
    expect(spans.some(({ parentSpanId }) => parentSpanId === recorded.parent)).toBe(true);
    expect(spansOf(passed.traceId)).toEqual([]);
    // Whoever looks for the caller's trace finds what it did here.
    const requestId = answer.headers['x-request-id'] as string;
    expect(await audit({ traceId: passed.traceId })).toMatchObject([{ requestId }]);
  });

  it('has no word of what it was about: no address, code or token, not even in a path', async () => {
    const email = newEmail();
    const { sessionId, code } = await client.requestCode(email);
    const { body } = await client.verify({ sessionId, code }).expect(200);
    const signedIn = body as SignedIn;
    await client.refresh(signedIn.refreshToken).expect(200);
    const password = `a password of ${email}`;
    await client.post('auth/login', { identifier: email, password });
    await gatehouse.request().get(`/api/v1/auth/verify/${sessionId}?email=${email}`);
    const last = await gatehouse.request().get(`/nowhere/${email}?code=${code}`).expect(404);
    const unrouted = await peer.until(() =>
      peer.spans.find(
        ({ attributes }) => attributes['gatehouse.request.id'] === last.headers['x-request-id'],
      ),
    );
    expect(unrouted.name).toBe('GET');

    const sent = Buffer.concat(peer.bodies).toString('latin1');
    expect(sent).toContain('session_rotate');
    const { accessToken, refreshToken, deviceToken } = signedIn;
    const secrets = {
      email,
      sessionId,
      code,
      accessToken,
      refreshToken,
      deviceToken,
      password,
      local: email.split('@')[0]!,
    };
    expect(Object.entries(secrets).filter(([, secret]) => sent.includes(secret))).toEqual([]);
    expect(sent).not.toContain('@example.com');
  });

  it('is one trace also when the body comes later than the head', async () => {
    const { traceId, parent } = newTrace();
    const body = JSON.stringify({ identifier: newEmail() });
    const socket = connect(gatehouse.port, '127.0.0.1');
    socket.write(
      'POST /api/v1/auth/login/init HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n' +
        `content-length: ${body.length}\r\ntraceparent: 00-${traceId}-${parent}-01\r\n\r\n`,
    );
    await once(gatehouse.app.getHttpServer(), 'request');
    socket.end(body);
    await trace(traceId, 'process otp.requested');
    await peer.until(() => spansOf(traceId).some(({ name }) => name === 'transaction'));
  });

  it('is told of as a failure when the client leaves, and not otherwise unless it is ours', async () => {
    const { traceId, parent } = newTrace();
    const socket = connect(gatehouse.port, '127.0.0.1');
    socket.write(
      'POST /api/v1/auth/login/init HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n' +
        `traceparent: 00-${traceId}-${parent}-01\r\n\r\n{`,
    );
    await once(gatehouse.app.getHttpServer(), 'request');
    socket.destroy();
    const span = await peer.until(() => spansOf(traceId)[0]);
    expect(span).toMatchObject({ failed: true, attributes: { 'error.type': 'client-left' } });
    const refused = await client.get('auth/me');
    const { failed } = await peer.until(() =>
      peer.spans.find(
        ({ attributes }) => attributes['gatehouse.request.id'] === refused.headers['x-request-id'],
      ),
    );
    expect([refused.status, failed]).toEqual([401, false]);
  });

  it('leaves the work of the worker to itself: sealing and keeping house begin traces of their own', async () => {
    const names = ['house keeping', 'seal audit trail'];
    await peer.until(() => names.every((name) => peer.spans.some((span) => span.name === name)));
    for (const { name, parentSpanId, traceId } of peer.spans.filter((span) => names.includes(span.name))) {
      expect([name, parentSpanId]).toEqual([name, '']);
      expect(spansOf(traceId).map(({ kind }) => kind)).not.toContain(2);
    }
  });

  it.each([
    ['requestId', 'with blank'],
    ['requestId', 'x'.repeat(65)],
    ['traceId', '4BF92F3577B34DA6A3CE929D0E0E4736'],
    ['traceId', '4bf92f'],
  ])('is not looked for by %s=%j', async (name, value) => {
    const response = await client.get('admin/audit-logs', admin.accessToken).query({ [name]: value });
    expectProblem(response, 400);
    expect(response.body.errors[0].field).toBe(name);
  });
});

describe('A receiver of traces', () => {
  let gatehouse: Gatehouse | undefined;
  let peer: OtlpPeer | undefined;
  afterEach(async () => {
    await gatehouse?.stop();
    await peer?.stop();
  });

  it.each<[string, number | 'hang']>([
    ['refuses', 503],
    ['stalls', 'hang'],
  ])('that %s is noticed by nobody who signs in', async (_what, mode) => {
    peer = await OtlpPeer.start();
    peer.mode = mode;
    gatehouse = await startGatehouse({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: peer.url, OTEL_TRACES_SAMPLER_ARG: '1' },
    });
    const client = new Client(gatehouse);
    await client.signIn(newEmail());
    await peer.nextExport();
    await client.signIn(newEmail());
    await peer.stop();
    await client.signIn(newEmail());
  });
});

describe('Without a receiver of traces', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
  });
  afterAll(() => gatehouse.stop());

  /** What a process says of the modules that it loads until it has signed somebody in and has stopped. */
  const modulesLoaded = async (env: Record<string, string>): Promise<readonly string[]> => {
    const own = await GatehouseProcess.start({
      DATABASE_URL: gatehouse.databaseUrl,
      NODE_OPTIONS: `--import=${REPORT_LOADING}`,
      SHUTDOWN_DELAY: '0s',
      ...env,
    });
    await new Client(own).signIn(newEmail());
    own.kill('SIGTERM');
    expect(await own.exited).toBe(0);
    // The API, which does nothing by itself, is loaded by prom-client, for exemplars.
    return own.output.split('\n').filter((line) => /^loaded .*opentelemetry\/(?!api\/)/.test(line));
  };

  it('nothing of OpenTelemetry is loaded', async () => {
    expect(await modulesLoaded({})).toEqual([]);
    const receiver = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    expect((await modulesLoaded(receiver)).join()).toContain('@opentelemetry/sdk-trace/');
  });

  it('nothing is wrapped, and nobody listens', async () => {
    expect(gatehouse.app.get(PostgresDatabase, { strict: false }).tracing).toBeNull();
    expect(() => gatehouse.app.get<unknown>(TRACING, { strict: false })).toThrow();
    const sealing = gatehouse.app.get(SealAuditBatches, { strict: false });
    expect(Object.hasOwn(sealing, 'execute')).toBe(false);
    expect(tracingChannel('ioredis:command').hasSubscribers).toBe(false);
  });

  it('no request is part of a trace, whatever it says', async () => {
    const { traceId, parent } = newTrace();
    const { headers } = await gatehouse
      .request()
      .get('/health')
      .set('traceparent', `00-${traceId}-${parent}-01`);
    const line = gatehouse.log.find((each) => each.includes(headers['x-request-id'] as string))!;
    expect(JSON.parse(line)).not.toHaveProperty('traceId');
  });
});
