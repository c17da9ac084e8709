import { MethodNotAllowedException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/**
 * Answers a wrong method on a known path with 405 and what the path does support (RFC 9110, 15.5.6), where the
 * router knows only of 404. To be called before there are routes; costs a request that found its route nothing.
 */
export function refuseOtherMethods(fastify: FastifyInstance): void {
  const paths = new Map<string, KnownPath>();
  fastify.addHook('onRoute', ({ url, method }) => {
    // The one of CORS, which takes OPTIONS everywhere.
    if (url === '*') return;
    const known = paths.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    paths.set(url, known);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?', 1)[0] ?? '';
    const matching = [...paths.values()].filter(({ pattern }) => pattern.test(path));
    if (matching.length === 0) return done();
    const methods = new Set(matching.flatMap((known) => [...known.methods]));
    reply.header('allow', [...methods].sort().join(', '));
    return done(new MethodNotAllowedException());
  });
}

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
      .replaceAll(/:\w+/g, '[^/]+')
      .replace('*', '.*')}$`,
  );
