import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenTelemetryTracing } from '#adapters/opentelemetry';
import { Metrics } from '#adapters/prometheus';
import { FindTrustedSession } from '#domain/session';
import { AdmitRequest } from '#domain/throttling';
import type { Config } from '../config/index.js';
import { NestLogger, type Logger } from '../logging/index.js';
import { CSRF_HEADER } from './cookies/csrf-protection.js';
import { SessionCookies } from './cookies/session-cookies.js';
import { HttpModule, type HttpModuleOptions } from './http.module.js';
import { createOpenApiDocument } from './openapi/document.js';
import { serveDocs } from './openapi/swagger-ui.js';
import { Lifecycle } from './operation/lifecycle.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { overallLimit } from './rate-limits/overall-limit.js';
import { trustedCaller } from './rate-limits/trusted-caller.js';
import { refuseOtherMethods } from './server/allowed-methods.js';
import { fastifyOptions } from './server/fastify-options.js';
import { acceptForms } from './server/form-body.js';
import { acceptJsonBodies } from './server/json-body.js';
import { requestLog } from './server/request-log.js';
import { traceRequests } from './server/request-tracing.js';
import { measureRequests } from './server/request-metrics.js';
import { SECURITY_HEADERS } from './server/security-headers.js';
import { inputValidation } from './validation/validation.pipe.js';

export interface HttpAppOptions extends HttpModuleOptions {
  readonly logger: Logger;
  /** Null where nothing is traced. */
  readonly traces: OpenTelemetryTracing | null;
}

/** The application as it is served, ready to listen. */
export async function createHttpApp(options: HttpAppOptions): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    HttpModule.register(options),
    httpAdapter(options.config),
    nestOptions(options.logger),
  );
  return configureHttpApp(app, options);
}

export const httpAdapter = (config: Config): FastifyAdapter =>
  new FastifyAdapter({ ...fastifyOptions(config), skipMiddie: true });

export const nestOptions = (logger: Logger): NestApplicationOptions => ({
  bodyParser: false,
  logger: new NestLogger(logger),
  abortOnError: false,
});

/** All that happens outside controllers. Apart from `createHttpApp` so that tests can swap providers first. */
export function configureHttpApp(
  app: NestFastifyApplication,
  { config, logger, traces }: Omit<HttpAppOptions, 'imports'>,
): NestFastifyApplication {
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useGlobalPipes(inputValidation());

  const fastify = app.getHttpAdapter().getInstance();
  // Declared up front, so that setting them does not change the shape of the request object.
  fastify.decorateRequest('principal', null);
  fastify.decorateRequest('authentication', null);
  fastify.decorateRequest('traceId', undefined);
  if (traces) traceRequests(fastify, traces);
  measureRequests(fastify, app.get(Metrics, { strict: false }).http);
  acceptJsonBodies(fastify);
  acceptForms(fastify);
  const lifecycle = app.get(Lifecycle);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('x-request-id', request.id);
    // A connection that is kept would be cut when the delay is over, perhaps under the next request.
    if (lifecycle.draining) reply.header('connection', 'close');
    done();
  });
  if (config.http.corsOrigins.length > 0) {
    app.enableCors({
      origin: [...config.http.corsOrigins],
      methods: ['GET', 'POST', 'PUT', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', CSRF_HEADER, 'x-request-id'],
      credentials: true,
      exposedHeaders: [
        'x-request-id',
        'retry-after',
        'ratelimit-limit',
        'ratelimit-remaining',
        'ratelimit-reset',
      ],
      maxAge: 600,
      // Preflights go on to the limits, and refusals of the limits can be read by the apps on the list.
      preflightContinue: true,
      // An OPTIONS request that is no preflight would be refused in plain text.
      strictPreflight: false,
    });
  }
  if (config.rateLimits.enabled) {
    const anywhere = { strict: false };
    const caller = trustedCaller(app.get(FindTrustedSession, anywhere), app.get(SessionCookies, anywhere));
    fastify.addHook('onRequest', overallLimit(app.get(AdmitRequest, anywhere), caller));
  }
  refuseOtherMethods(fastify);
  fastify.addHook('onResponse', requestLog(logger));

  serveDocs(app, createOpenApiDocument(app));
  return app;
}
