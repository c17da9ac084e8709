import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { UNMATCHED, type Metrics, type Route } from '#adapters/prometheus';

/** Each route gets its series when it is registered, so that a request has nothing to look up. */
export function measureRequests(fastify: FastifyInstance, http: Metrics['http']): void {
  fastify.addHook('onRoute', (route: RouteOptions) => {
    const duration = http.route(routeOf(route));
    route.onResponse = [route.onResponse ?? []].flat();
    route.onResponse.push((_request, reply, done) => {
      duration.observe(reply.statusCode, reply.elapsedTime / 1_000);
      done();
    });
  });

  const unmatched = http.route(UNMATCHED);
  const inFlight = new RequestsInFlight();
  http.watchInFlight(() => inFlight.routes());
  fastify.addHook('onRequest', (request, _reply, done) => {
    inFlight.add(request);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    inFlight.delete(request);
    if (request.is404) unmatched.observe(reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}

/** Below it, those whose client has left may wait for somebody to look. */
const MIN_SWEEP = 1_024;

/**
 * The requests that are not answered yet. Of a client that left, no answer is ever finished, and nothing says so but a
 * listener on every request, which would cost more than all the rest: those are found when somebody looks, and
 * whenever as many have come in as were left the last time.
 */
class RequestsInFlight {
  readonly #open = new Set<FastifyRequest>();
  #sweepAt = MIN_SWEEP;

  add(request: FastifyRequest): void {
    this.#open.add(request);
    if (this.#open.size >= this.#sweepAt) this.#sweep();
  }

  delete(request: FastifyRequest): void {
    this.#open.delete(request);
  }

  routes(): readonly Route[] {
    this.#sweep();
    return [...this.#open].map((request) => (request.is404 ? UNMATCHED : routeOf(request.routeOptions)));
  }

  #sweep(): void {
    for (const request of this.#open) if (request.raw.socket.destroyed) this.#open.delete(request);
    this.#sweepAt = Math.max(MIN_SWEEP, 2 * this.#open.size);
  }
}

const routeOf = ({
  method = '',
  url = '',
}: Pick<RouteOptions, 'method'> & { url?: string | undefined }): Route => ({
  method: [method].flat().join(' '),
  route: url,
});
