import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OpenTelemetrySpan, OpenTelemetryTracing, RequestDescription } from '#adapters/opentelemetry';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the trace that the request is part of, if it is. */
    traceId: string | undefined;
  }
}

/** Those of RFC 9110 and 5789; the conventions have one name for all others that Node's parser lets through. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

/**
 * A server span for each request that is sampled (OpenTelemetry, "Semantic conventions for HTTP spans"). Paths as
 * requested and query strings can hold anything, and so are left out: the route and the request's id say which it was.
 */
export function traceRequests(fastify: FastifyInstance, tracing: OpenTelemetryTracing): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { traceId, span } = tracing.receive(request.headers, request, describe);
    request.traceId = traceId;
    if (!span) return tracing.active() ? tracing.within(null, done) : done();
    // Also when the client left before it was answered, of which Fastify tells nobody.
    reply.raw.once('close', () => end(span, request, reply));
    // Fastify hands the context on over the wait for a body.
    tracing.within(span, done);
  });
}

function describe(request: FastifyRequest): RequestDescription {
  const { method, protocol, raw, id } = request;
  const route = request.is404 ? undefined : request.routeOptions.url;
  const isKnown = METHODS.has(method);
  const name = isKnown ? method : 'HTTP';
  return {
    name: route === undefined ? name : `${name} ${route}`,
    attributes: {
      'http.request.method': isKnown ? method : '_OTHER',
      ...(!isKnown && { 'http.request.method_original': method }),
      ...(route !== undefined && { 'http.route': route }),
      'url.scheme': protocol,
      'network.protocol.version': raw.httpVersion,
      'gatehouse.request.id': id,
    },
  };
}

function end(span: OpenTelemetrySpan, { principal }: FastifyRequest, { raw }: FastifyReply): void {
  if (principal) span.set({ 'user.id': principal.userId, 'session.id': principal.session.id });
  if (raw.writableFinished) span.set({ 'http.response.status_code': raw.statusCode });
  const failure = raw.writableFinished ? raw.statusCode : 'client-left';
  if (failure === 'client-left' || failure >= 500) span.fail(String(failure));
  span.end();
}
