import type { Setback } from '#domain/audit';

/** Too many requests, too large a request, not now. */
const OVERLOADED: ReadonlySet<number> = new Set([413, 429, 503]);
/** A proxy's, that found nobody behind it. */
const NOBODY_THERE: ReadonlySet<number> = new Set([502, 504]);
/** Of a reason that is kept or logged: it may repeat a document, or be a proxy's whole page. */
export const MAX_REASON = 500;

/** Errors of the client, told apart without loading it. */
interface ClientError extends Error {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
}

export function setbackOf(error: unknown): Setback {
  const { name, message, statusCode, headers } = error as ClientError;
  if (statusCode === undefined) {
    return { kind: 'unreachable', reason: (message || name).slice(0, MAX_REASON), retryAfter: null };
  }
  return setbackOfStatus(statusCode, message, secondsIn(headers?.['retry-after']));
}

export const setbackOfStatus = (
  status: number,
  reason: string,
  retryAfter: number | null = null,
): Setback => ({
  kind: kindOf(status),
  reason: `${status} ${reason}`.slice(0, MAX_REASON),
  retryAfter,
});

function kindOf(status: number): Setback['kind'] {
  if (OVERLOADED.has(status)) return 'overloaded';
  return NOBODY_THERE.has(status) ? 'unreachable' : 'refused';
}

/** `Retry-After` in its usual form; nobody waits longer than a few minutes for it. */
const secondsIn = (header: string | undefined): number | null =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Math.min(Number(header), 300) * 1_000 : null;
