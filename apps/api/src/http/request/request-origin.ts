import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RequestOrigin } from '#domain/kernel';
import { clientAddress } from './client-address.js';

const MAX_USER_AGENT_LENGTH = 256;
const MAX_LANGUAGES_LENGTH = 100;

/** Header values are Latin-1: what is left after this is printable and one column wide. */
const UNPRINTABLE = /[^\x20-\x7e\xa0-\xff]/g;

export function requestOrigin(request: FastifyRequest): RequestOrigin {
  const { 'user-agent': userAgent = '', 'accept-language': languages } = request.headers;
  return {
    address: clientAddress(request),
    userAgent: printable(userAgent, MAX_USER_AGENT_LENGTH),
    requestId: request.id,
    ...(request.traceId !== undefined && { traceId: request.traceId }),
    ...(languages !== undefined && { languages: printable(languages, MAX_LANGUAGES_LENGTH) }),
  };
}

const printable = (header: string, length: number): string =>
  header.slice(0, length).replace(UNPRINTABLE, '');

/** Where the request came from, for a use case's audit trail. */
export const Origin = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  requestOrigin(context.switchToHttp().getRequest<FastifyRequest>()),
);
