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
}
