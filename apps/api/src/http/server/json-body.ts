import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { DomainError } from '#domain/kernel';
import { structureFault } from './json-structure.js';

const FAULTS = {
  'too-deep': 'The request body is nested too deeply',
  'duplicate-key': 'The request body has a key twice',
  'reserved-key': 'The request body has a key that is not allowed',
  'not-utf-8': 'The request body is not UTF-8',
  'not-an-object': 'The request body must be a JSON object',
} as const;

const malformed = (fault: keyof typeof FAULTS): DomainError =>
  DomainError.invalid('malformed-json', FAULTS[fault]);

/** Bodies are JSON objects and nothing else; other media types are answered with 415. */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  // Fastify's own parser refuses keys that would reach an object's prototype.
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    // Decoding would put the same mark in place of whatever is wrong, so that passwords that differ become one.
    if (!isUtf8(bytes)) return done(malformed('not-utf-8'));
    const text = bytes.toString();
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
