import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { Client, newEmail } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { concretePath, operationsOf } from './support/operations.js';
import { expectProblem } from './support/problem.js';

/** Opening a route to everybody takes a line here. */
const PUBLIC = [
  'GET /.well-known/jwks.json',
  'GET /api/v1/auth/csrf',
  'GET /api/v1/auth/password/reset/:token',
  'GET /api/v1/auth/verify/:token',
  'GET /dev/outbox',
  'GET /dev/outbox.json',
  'GET /docs',
  'GET /docs/',
  'GET /docs/*',
  'GET /docs/LICENSE',
  'GET /docs/docs/swagger-ui-init.js',
  'GET /docs/index.html',
  'GET /docs/swagger-ui-init.js',
  'GET /health',
  'GET /metrics',
  'GET /openapi.json',
  'GET /ready',
  'GET /setup',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/login/init',
  'POST /api/v1/auth/login/verify',
  'POST /api/v1/auth/password/forgot',
  'POST /api/v1/auth/password/reset',
  'POST /api/v1/auth/password/reset/:token',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/verify-email',
  'POST /api/v1/auth/verify-email/resend',
  'POST /api/v1/auth/verify/:token',
];

/** Every route in Fastify's table, whoever put it there, as `METHOD /path`. */
function registeredRoutes(fastify: FastifyInstance): string[] {
  const stack: string[] = [];
  return fastify
    .printRoutes({ commonPrefix: false })
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [, indent, segment, methods] = /^([│ ]*[├└]── )(.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
      if (indent === undefined) throw new Error(`Not a line of the route table: ${line}`);
      stack.length = indent.length / 4 - 1;
      stack.push(segment!);
      return (methods?.split(', ') ?? []).map((method) => `${method} ${stack.join('')}`);
    });
}

describe('Routes', () => {
  let gatehouse: Gatehouse;
  let routes: readonly string[];
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    routes = registeredRoutes(gatehouse.app.getHttpAdapter().getInstance());
  });
  afterAll(() => gatehouse.stop());

  const call = (route: string) => {
    const [method, path] = route.split(' ') as [string, string];
    const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'delete';
    return gatehouse.request()[verb](concretePath(path));
  };

  it('ask for an access token unless they are on the list of public ones, which is complete', async () => {
    const open: string[] = [];
    for (const route of routes.filter((route) => !route.startsWith('HEAD '))) {
      const response = await call(route);
      if (response.status !== 401) open.push(route);
      else if (response.body.code === 'token-missing') expectProblem(response, 401);
      // Refused for its input, not for its lack of a token.
      else open.push(route);
    }
    expect(open.sort()).toEqual([...PUBLIC].sort());
  });

  it('each say whom they are for', async () => {
    const silent: string[] = [];
    for (const route of routes.filter((route) => !route.startsWith('HEAD '))) {
      if ((await call(route)).body.code === 'route-closed') silent.push(route);
    }
    expect(silent).toEqual([]);
  });

  it('of administration need a permission, each, and say so before they look at anything', async () => {
    const { accessToken } = await new Client(gatehouse).signIn(newEmail());
    const administration = routes.filter((route) => /^(?!HEAD ).+ \/api\/v1\/admin\//.test(route));
    expect(administration.length).toBeGreaterThan(0);
    for (const route of administration) {
      const response = await call(route).auth(accessToken, { type: 'bearer' });
      expect([route, response.status, response.body.code]).toEqual([route, 403, 'permission-denied']);
    }
  });

  it('answer HEAD only where they answer GET, and as strictly', async () => {
    for (const route of routes.filter((route) => route.startsWith('HEAD '))) {
      const get = route.replace('HEAD', 'GET');
      expect(routes).toContain(get);
      const { status } = await gatehouse.request().head(concretePath(route.split(' ')[1]!));
      expect([route, status === 401]).toEqual([route, !PUBLIC.includes(get)]);
    }
  });

  it('are described as what they are: public or not', async () => {
    const described = (await operationsOf(gatehouse)).map(({ method, path, isPublic }) => ({
      route: `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
      isPublic,
    }));
    for (const { route, isPublic } of described) {
      expect(routes).toContain(route);
      expect([route, isPublic]).toEqual([route, PUBLIC.includes(route)]);
    }
    // Pages are for people, and no part of the API.
    const undescribed =
      /^(HEAD|GET \/(docs|dev\/outbox|metrics|openapi\.json|setup)|(GET|POST) \/api\/v1\/auth\/(verify|password\/reset)\/:token)/;
    expect(routes.filter((route) => !undescribed.test(route)).sort()).toEqual(
      described.map(({ route }) => route).sort(),
    );
  });
});
