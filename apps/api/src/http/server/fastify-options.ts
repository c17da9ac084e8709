import type { FastifyHttpOptions, RawServerDefault } from 'fastify';
import type { Config } from '../../config/index.js';
import { INTERNAL_ERROR, problemOf } from '../problems/problem.js';
import { sendProblem } from '../problems/send-problem.js';
import { answerClientError } from './client-errors.js';
import { requestIdOf } from './request-id.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** Longest path parameter: a session or identifier id, with room to be told that it is none. */
const MAX_PARAM_LENGTH = 128;

export const fastifyOptions = ({ http }: Config): FastifyHttpOptions<RawServerDefault> => ({
  // One line per request comes from our own hook; Fastify's logger would cost a child logger for each.
  logger: false,
  requestIdHeader: false,
  genReqId: requestIdOf,
  // The peer is hop 0. Of X-Forwarded-For only as many entries count as trusted proxies wrote.
  trustProxy: (_address, hop) => hop < http.trustedProxies,
  // While the server closes, requests on kept connections are served, and told that it was the last one.
  return503OnClosing: false,
  bodyLimit: http.bodyLimit,
  requestTimeout: http.requestTimeout,
  http: {
    // A client that drips its request is told so when its time is up, not at Node's next half minute.
    headersTimeout: http.requestTimeout,
    requestTimeout: http.requestTimeout,
    connectionsCheckingInterval: 1_000,
  },
  routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
  clientErrorHandler: answerClientError,
  // What the router refuses never meets a hook, and so brings what hooks would have added.
  frameworkErrors: (error, request, reply) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('x-request-id', request.id);
    sendProblem(reply, problemOf(error) ?? INTERNAL_ERROR, request.id);
  },
});
