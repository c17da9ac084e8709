import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** RFC 5646, 4.4.1. */
export const MAX_LOCALE_LENGTH = 35;

/** The canonical form of a BCP 47 tag, or null. */
export function canonicalLocale(tag: string): string | null {
  if (tag.length > MAX_LOCALE_LENGTH) return null;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null;
  } catch {
    return null;
  }
}

/** The language that the client likes best, as far as its `Accept-Language` starts with it; else null. */
export function preferredLocale({ headers }: FastifyRequest): string | null {
  const header = headers['accept-language'] ?? '';
  const first = header.slice(0, MAX_LOCALE_LENGTH + 1).split(/[,;]/, 1)[0] ?? '';
  return canonicalLocale(first.trim());
}

export const PreferredLocale = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  preferredLocale(context.switchToHttp().getRequest<FastifyRequest>()),
);
