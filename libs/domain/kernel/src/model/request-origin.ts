/**
 * Where a request came from, as far as the server can vouch for it. Handed to every use case that leaves an
 * audit trail; the adapter that builds it owns the question of which proxies to believe.
 */
export interface RequestOrigin {
  /** Client address in canonical text form (RFC 5952 for IPv6). */
  readonly address: string;
  /** The User-Agent header, cut to a bounded length; empty when absent. */
  readonly userAgent: string;
  readonly requestId: string;
  /** The Accept-Language header, cut to a bounded length; absent when it was. */
  readonly languages?: string;
  /** 32 hexadecimal digits of the trace that the request is part of; absent when there is none. */
  readonly traceId?: string;
}

/** For what nobody sent a request for: a command on the machine, or the worker. It stands where a user agent would. */
export const originOf = (program: string, requestId: string): RequestOrigin => ({
  address: '127.0.0.1',
  userAgent: program,
  requestId,
});
