import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client, newEmail } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

const APP = 'https://app.example.com';

describe('The HTTP surface', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => void (gatehouse = await startGatehouse({ env: { CORS_ORIGINS: APP } })));
  afterAll(() => gatehouse.stop());

  /** What a client gets that writes to the socket by itself. */
  async function raw(request: string): Promise<{ head: string; body: string }> {
    const socket = connect(gatehouse.port, '127.0.0.1');
    socket.write(request);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    return { head, body };
  }

  it.each(['/health', '/nothing', '/api/v1/auth/session', '/docs', '/docs/swagger-ui.css', '/openapi.json'])(
    'sends the headers that browsers protect people by, on %s',
    async (path) => {
      const { headers } = await gatehouse.request().get(path);
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none';/),
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringContaining('max-age=31536000'),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
    },
  );

  it('keeps answers out of caches, except the public keys', async () => {
    const client = new Client(gatehouse);
    const { accessToken } = await client.signIn(newEmail());
    expect((await client.get('auth/session', accessToken)).headers['cache-control']).toBe('no-store');
    const jwks = await gatehouse.request().get('/.well-known/jwks.json');
    expect(jwks.headers['cache-control']).toBe('public, max-age=300');
    expect(jwks.body.keys).toEqual([
      expect.objectContaining({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }),
    ]);
    expect(jwks.body.keys[0]).not.toHaveProperty('d');
  });

  it('lets the apps on its list call it from a browser, and no others', async () => {
    const preflight = (origin: string) =>
      gatehouse
        .request()
        .options('/api/v1/auth/login/init')
        .set('origin', origin)
        .set('access-control-request-method', 'POST')
        .set('access-control-request-headers', 'content-type,authorization');
    expect((await preflight(APP)).headers).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': expect.stringContaining('authorization'),
      vary: expect.stringMatching(/origin/i),
    });
    for (const origin of ['https://evil.example', `${APP}.evil.example`, 'http://app.example.com', 'null']) {
      expect((await preflight(origin)).headers).not.toHaveProperty('access-control-allow-origin');
      const { headers } = await gatehouse.request().get('/health').set('origin', origin);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
    const { headers } = await gatehouse.request().get('/nothing').set('origin', APP);
    expect(headers).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': expect.stringContaining('retry-after'),
    });
  });

  it('gives each request an id, and keeps one that a proxy gave if it can do no harm', async () => {
    const idOf = async (given: string) =>
      (await gatehouse.request().get('/nothing').set('x-request-id', given)).headers['x-request-id'];
    expect(await idOf('edge-1.a_B')).toBe('edge-1.a_B');
    for (const given of ['', 'x'.repeat(65), 'a b', '"},{"x":"', 'ünïcode', '<script>', '../..']) {
      expect(await idOf(given)).toMatch(/^[\da-f-]{36}$/);
    }
    const ids = [await gatehouse.request().get('/health'), await gatehouse.request().get('/health')];
    expect(ids[0]?.headers['x-request-id']).not.toBe(ids[1]?.headers['x-request-id']);
  });

  it('challenges who comes without a token, and names the error to who came with a bad one', async () => {
    const without = await gatehouse.request().get('/api/v1/auth/session');
    expectProblem(without, 401, 'token-missing');
    expect(without.headers['www-authenticate']).toBe('Bearer');
    const bad = await gatehouse.request().get('/api/v1/auth/session').auth('x.y.z', { type: 'bearer' });
    expectProblem(bad, 401, 'invalid-token');
    expect(bad.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it.each([
    ['a path that is not there', '/nothing', 404, 'not-found'],
    ['a path that cannot be decoded', '/%zz', 400, 'malformed-url'],
    ['a path that is half encoded', '/api/v1/sessions/%E0%A4', 400, 'malformed-url'],
    ['a path that climbs', '/docs/../../../../etc/passwd', 403, 'forbidden'],
    ['a path that climbs in disguise', '/docs/..%2f..%2f..%2fetc%2fpasswd', 404, 'not-found'],
  ])('answers %s with a problem', async (_what, path, status, code) => {
    const { head, body } = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(head).toMatch(/x-content-type-options: nosniff/i);
    expect(JSON.parse(body)).toMatchObject({ status, code });
  });

  it('answers an id that is none, and one that is too long, with a problem', async () => {
    const client = new Client(gatehouse);
    const { accessToken } = await client.signIn(newEmail());
    const none = await client.delete('sessions/1', accessToken);
    expectProblem(none, 400, 'validation-failed');
    expect(none.body.errors).toEqual([{ field: 'id', message: 'id must be a UUID' }]);
    expectProblem(await client.delete(`sessions/${'1'.repeat(1_000)}`, accessToken), 414, 'url-too-long');
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['a broken header', 'GET /health HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n', 400],
    ['headers without end', `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST /api/v1/auth/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      400,
    ],
    [
      'a length and chunks',
      'POST /api/v1/auth/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('answers %s in words, and closes', async (_what, request, status) => {
    const { head, body } = await raw(request);
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.any(String) });
    await gatehouse.request().get('/health').expect(200);
  });

  it('does not wait for a request that drips', async () => {
    const impatient = await startGatehouse({ env: { REQUEST_TIMEOUT: '1s' } });
    try {
      const socket = connect(impatient.port, '127.0.0.1');
      socket.write('POST /api/v1/auth/refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n');
      expect(await text(socket)).toMatch(/^HTTP\/1.1 408 .*"code":"request-timeout"/s);
    } finally {
      await impatient.stop();
    }
  });
});
