import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Metrics, RouteMeter } from '#adapters/prometheus';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly meter?: RouteMeter;
  }
  interface FastifyRequest {
    meter: RouteMeter | null;
  }
}

/** Gives each route its meter when it is registered, so that a request has nothing to look up. */
export function measureRequests(fastify: FastifyInstance, http: Metrics['http']): void {
  fastify.decorateRequest('meter', null);
  fastify.addHook('onRoute', (route: RouteOptions) => {
    const meter = http.route([route.method].flat().join(' '), route.url);
    route.config = { ...route.config, meter };
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    const meter = request.routeOptions.config.meter ?? http.unmatched;
    request.meter = meter;
    meter.begin();
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    request.meter?.end(reply.statusCode, reply.elapsedTime / 1_000);
    request.meter = null;
    done();
  });
  // Of a client that left, no answer is ever finished.
  fastify.addHook('onRequestAbort', (request, done) => {
    request.meter?.abandon();
    request.meter = null;
    done();
  });
}
