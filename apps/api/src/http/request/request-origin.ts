import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RequestOrigin } from '#domain/kernel';
import { clientAddress } from './client-address.js';

const MAX_USER_AGENT_LENGTH = 256;

/** Header values are Latin-1: what is left after this is printable and one column wide. */
const UNPRINTABLE = /[^\x20-\x7e\xa0-\xff]/g;

export function requestOrigin(request: FastifyRequest): RequestOrigin {
  const userAgent = request.headers['user-agent'] ?? '';
  return {
    address: clientAddress(request),
    userAgent: userAgent.slice(0, MAX_USER_AGENT_LENGTH).replace(UNPRINTABLE, ''),
    requestId: request.id,
  };
}

/** Where the request came from, for a use case's audit trail. */
export const Origin = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  requestOrigin(context.switchToHttp().getRequest<FastifyRequest>()),
);
