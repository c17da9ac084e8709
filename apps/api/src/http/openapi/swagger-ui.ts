import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { onRequestHookHandler } from 'fastify';
import { DOCS_CONTENT_SECURITY_POLICY } from '../server/security-headers.js';

const PATH = '/docs';

/** The description at `/openapi.json` and, to explore and try it, Swagger UI at `/docs`. */
export function serveDocs(app: NestFastifyApplication, document: OpenAPIObject): void {
  const setPolicy: onRequestHookHandler = (_request, reply, done) => {
    reply.header('content-security-policy', DOCS_CONTENT_SECURITY_POLICY);
    done();
  };
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      if (route.url.startsWith(PATH)) route.onRequest = [route.onRequest ?? [], setPolicy].flat();
    });
  SwaggerModule.setup(PATH, app, document, {
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
    customSiteTitle: 'Gatehouse API',
    swaggerOptions: {
      persistAuthorization: true,
      tryItOutEnabled: true,
      displayRequestDuration: true,
      // The validator badge would send the address of this server to a stranger.
      validatorUrl: null,
    },
  });
}
