import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { concretePath, operationsOf } from './support/operations.js';
import { expectProblem } from './support/problem.js';

const APP = 'https://app.example.com';

describe('A wrong method on a known path', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => void (gatehouse = await startGatehouse()));
  afterAll(() => gatehouse.stop());

  it('is answered with 405 and the methods that there are, on every path', async () => {
    const methods = new Map<string, string[]>();
    for (const { method, path } of await operationsOf(gatehouse)) {
      methods.set(path, [...(methods.get(path) ?? []), method]);
    }
    expect(methods.size).toBeGreaterThan(10);
    for (const [path, supported] of methods) {
      for (const method of (['get', 'post', 'put', 'delete', 'patch'] as const).filter(
        (m) => !supported.includes(m),
      )) {
        const response = await gatehouse.request()[method](`${concretePath(path)}?x=1`);
        // Two paths may meet: `users/{id}` and `users/deleted`.
        if (response.status === 401) continue;
        expectProblem(response, 405, 'method-not-allowed');
        const allowed = response.headers['allow']?.toLowerCase().split(', ');
        expect([path, allowed]).toEqual([path, expect.arrayContaining(supported)]);
        expect(allowed).not.toContain(method);
      }
    }
  });

  it('is still answered with 404 where there is nothing', async () => {
    const response = await gatehouse.request().post('/api/v1/auth/session/x');
    expectProblem(response, 404, 'not-found');
    expect(response.headers).not.toHaveProperty('allow');
  });
});

describe('A preflight', () => {
  let gatehouse: Gatehouse;
  beforeAll(async () => {
    gatehouse = await startGatehouse({
      env: { CORS_ORIGINS: APP, RATE_LIMITS: 'on', RATE_LIMIT_PER_MINUTE: '5' },
    });
  });
  afterAll(() => gatehouse.stop());

  const preflight = () =>
    gatehouse
      .request()
      .options('/api/v1/auth/login/init')
      .set('origin', APP)
      .set('access-control-request-method', 'POST');

  it('carries the security headers, counts towards the limit, and its refusal can be read by the app', async () => {
    const first = await preflight();
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-methods': expect.stringContaining('POST'),
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.any(String),
      'x-request-id': expect.any(String),
      'ratelimit-remaining': '4',
    });
    for (let i = 0; i < 4; i++) await preflight().expect(200);
    const refused = await preflight();
    expectProblem(refused, 429, 'rate-limited');
    expect(refused.headers).toMatchObject({
      'access-control-allow-origin': APP,
      'retry-after': expect.any(String),
    });
  });

  it('is allowed whatever the path, and a wrong method is not mistaken for one', async () => {
    const other = await startGatehouse({ env: { CORS_ORIGINS: APP } });
    await other.request().options('/nothing').expect(200);
    const response = await other.request().patch('/api/v1/auth/session').set('origin', APP);
    expectProblem(response, 405);
    expect(response.headers['allow']).toBe('GET, HEAD');
    await other.stop();
  });
});
