import type { FastifyInstance } from 'fastify';
import { DomainError } from '#domain/kernel';
import { structureFault } from './json-structure.js';

const FAULTS = {
  'too-deep': 'The request body is nested too deeply',
  'duplicate-key': 'The request body has a key twice',
  'reserved-key': 'The request body has a key that is not allowed',
  'not-an-object': 'The request body must be a JSON object',
} as const;

const malformed = (fault: keyof typeof FAULTS): DomainError =>
  DomainError.invalid('malformed-json', FAULTS[fault]);

/** Bodies are JSON objects and nothing else; other media types are answered with 415. */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  // Fastify's own parser refuses keys that would reach an object's prototype.
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    // Clients that always name the type send it with an empty body, too. What is missing is validation's to say.
    if (text === '') return done(null, undefined);
    const fault = structureFault(text);
    if (fault) return done(malformed(fault));
    return parse(request, text, (error, body: unknown) => {
      if (error) return done(error);
      const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
      return isObject ? done(null, body) : done(malformed('not-an-object'));
    });
  });
}
