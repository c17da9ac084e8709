import type { onResponseHookHandler } from 'fastify';
import type { Logger } from '../../logging/index.js';

/** Asked every few seconds by machines. */
const QUIET: ReadonlySet<string | undefined> = new Set(['/health', '/ready', '/metrics']);

/**
 * One line for each request, of these fields and no others: headers, bodies, paths as requested and query
 * strings can hold anything, and so are never logged.
 */
export const requestLog = (logger: Logger): onResponseHookHandler =>
  function log(request, reply, done): void {
    const { statusCode } = reply;
    const route = request.routeOptions.url;
    const level =
      statusCode >= 500 ? 'error' : statusCode >= 400 ? 'warn' : QUIET.has(route) ? 'debug' : 'info';
    logger[level](
      {
        requestId: request.id,
        traceId: request.traceId,
        method: request.method,
        route: request.is404 ? undefined : route,
        status: statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
        userId: request.principal?.userId,
        sessionId: request.principal?.session.id,
      },
      'request',
    );
    done();
  };
