import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { DomainError, type DomainErrorKind, type FieldViolation } from '#domain/kernel';

/** What clients are told of a failure (RFC 9457), before it is tied to a request. */
export interface Problem {
  readonly status: number;
  /** Stable and part of the API. */
  readonly code: string;
  readonly detail: string;
  readonly violations: readonly FieldViolation[];
  readonly retryAfterSeconds: number | undefined;
}

/** The one place where kinds of failure become statuses; a new kind does not compile until it is here. */
const STATUS: Readonly<Record<DomainErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'rate-limited': 429,
  unavailable: 503,
};

/** What HTTP itself has to refuse. The words are ours: those of parsers and routers repeat the input. */
const TRANSPORT: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['malformed-request', 'The request is not well-formed'],
  403: ['forbidden', 'This is not for you'],
  404: ['not-found', 'There is nothing here'],
  405: ['method-not-allowed', 'This resource does not support the method'],
  408: ['request-timeout', 'The request took too long to arrive'],
  413: ['body-too-large', 'The request body is too large'],
  414: ['url-too-long', 'The URL is too long'],
  415: ['unsupported-media-type', 'Request bodies must be application/json'],
  431: ['headers-too-large', 'The request headers are too large'],
};

/** Codes of Fastify's that deserve a more precise word than their status has. */
const PRECISE: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed-json', 'The request body is not valid JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed-json', 'The request body is empty'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed-request', 'The body does not have the announced length'],
  FST_ERR_BAD_URL: ['malformed-url', 'The URL is not well-formed'],
};

/** Null for a failure that clients are to know nothing about. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof DomainError) {
    const { kind, code, message: detail, violations, retryAfterSeconds } = error;
    return { status: STATUS[kind], code, detail, violations, retryAfterSeconds };
  }
  const status = statusOf(error);
  return status === undefined ? null : transportProblem(status, fastifyCodeOf(error));
}

export function transportProblem(status: number, fastifyCode?: string): Problem {
  const [code, detail] = PRECISE[fastifyCode ?? ''] ??
    TRANSPORT[status] ?? [`http-${status}`, STATUS_CODES[status] ?? 'The request was refused'];
  return { status, code, detail, violations: [], retryAfterSeconds: undefined };
}

export const INTERNAL_ERROR: Problem = {
  status: 500,
  code: 'internal-error',
  detail: 'Something went wrong on our side; the request id leads us to it',
  violations: [],
  retryAfterSeconds: undefined,
};

function statusOf(error: unknown): number | undefined {
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function fastifyCodeOf(error: unknown): string | undefined {
  const origin = error instanceof HttpException ? error.cause : error;
  return (origin as { code?: string } | undefined)?.code;
}

/** The document itself; also where no framework is there yet to help writing it. */
export const problemDocument = (problem: Problem, requestId: string): string =>
  JSON.stringify({
    type: `urn:gatehouse:problem:${problem.code}`,
    title: STATUS_CODES[problem.status],
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    requestId,
    ...(problem.violations.length > 0 && { errors: problem.violations }),
  });
