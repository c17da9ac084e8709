import type { FastifyReply } from 'fastify';
import { DomainError } from '#domain/kernel';
import type { Admission } from '#domain/throttling';

/** Tells the client where it stands (draft-ietf-httpapi-ratelimit-headers), and throws if that is outside. */
export function applyAdmission(reply: FastifyReply, admission: Admission): void {
  reply.header('ratelimit-limit', admission.limit);
  reply.header('ratelimit-remaining', admission.remaining);
  reply.header('ratelimit-reset', admission.resetSeconds);
  switch (admission.outcome) {
    case 'admitted':
      return;
    case 'rate-limited':
      throw DomainError.rateLimited('rate-limited', 'Too many requests', admission.retryAfterSeconds);
    case 'address-blocked':
      throw DomainError.rateLimited(
        'address-blocked',
        'This address kept sending too many requests and is blocked for a while',
        admission.retryAfterSeconds,
      );
  }
}
