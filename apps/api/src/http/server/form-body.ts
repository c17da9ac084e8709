import { UnsupportedMediaTypeException } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DomainError } from '#domain/kernel';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a page posts its form here. */
    readonly acceptsForms?: boolean;
  }
}

/** For routes that a page's form is posted to. Everywhere else a form is refused: any site can post one. */
export const AcceptsForms = (): MethodDecorator => RouteConfig({ acceptsForms: true });

export function acceptForms(fastify: FastifyInstance): void {
  fastify.addContentTypeParser<string>(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    ({ routeOptions }, text, done) => {
      if (!routeOptions.config.acceptsForms) return done(new UnsupportedMediaTypeException());
      const fields = [...new URLSearchParams(text)];
      const names = fields.map(([name]) => name);
      if (new Set(names).size < names.length || names.some((name) => name in Object.prototype)) {
        return done(
          DomainError.invalid('malformed-request', 'The form has a field twice, or one that is not allowed'),
        );
      }
      return done(null, Object.fromEntries(fields));
    },
  );
}
