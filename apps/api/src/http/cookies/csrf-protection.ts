import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { CsrfTokens } from '#adapters/crypto';
import { DomainError } from '#domain/kernel';
import type { ForgedRequest, RefuseForgery } from '#domain/session';
import { requestOrigin } from '../request/request-origin.js';
import type { SessionCookies } from './session-cookies.js';

export const CSRF_HEADER = 'x-csrf-token';

export interface CsrfOptions {
  /** Where requests that cookies speak for may come from. */
  readonly trustedOrigins: readonly string[];
  /** Whether the cookies are meant to travel from other sites (`SameSite=None`). */
  readonly allowsCrossSite: boolean;
}

/**
 * Cross-site request forgery: a browser sends cookies along with whatever any page makes it request. Two checks
 * that fail independently: where the request came from, and a token that only a page of ours can read.
 */
export class CsrfProtection {
  readonly #trustedOrigins: ReadonlySet<string>;

  constructor(
    private readonly tokens: CsrfTokens,
    private readonly cookies: SessionCookies,
    private readonly refuseForgery: RefuseForgery,
    private readonly options: CsrfOptions,
  ) {
    this.#trustedOrigins = new Set(options.trustedOrigins);
  }

  /**
   * For a request that changes something on the word of a session's cookies, and, without a session, for one that
   * will set cookies: signing a stranger in to the attacker's account is a forgery, too. Null when it may pass; else
   * rejects with `cross-site-request` or `csrf-token-invalid`.
   */
  check(request: FastifyRequest, session: ForgedRequest['session']): Promise<never> | null {
    const refusal =
      this.#refusalOfSource(request) ?? (session && this.#refusalOfToken(request, session.sessionId));
    if (!refusal) return null;
    const route = `${request.method} ${request.routeOptions.url}`;
    return this.refuseForgery.execute({ refusal, session, route, origin: requestOrigin(request) });
  }

  /**
   * Pages cannot write either header. A client that sends neither is no browser of today, and has no cookies that
   * somebody else could ride on.
   */
  #refusalOfSource({ headers }: FastifyRequest): DomainError | null {
    const site = headers['sec-fetch-site'];
    // The address bar, or the very origin that serves this: whatever name of ours the configuration knows.
    if (site === 'same-origin' || site === 'none') return null;
    const { origin } = headers;
    const isTrusted = origin === undefined ? site === undefined : this.#trustedOrigins.has(origin);
    if (isTrusted && (site !== 'cross-site' || this.options.allowsCrossSite)) return null;
    return DomainError.forbidden(
      'cross-site-request',
      'The request comes from an origin that is not trusted',
    );
  }

  #refusalOfToken(request: FastifyRequest, sessionId: string): DomainError | null {
    const submitted = request.headers[CSRF_HEADER];
    const held = this.cookies.read(request, 'csrf');
    // The MAC ties the token to the session, so that a planted pair is of no use; the cookie ends the older ones.
    const isOurs =
      typeof submitted === 'string' &&
      held !== undefined &&
      equal(submitted, held) &&
      this.tokens.belongsTo(sessionId, submitted);
    return isOurs
      ? null
      : DomainError.forbidden(
          'csrf-token-invalid',
          'The X-CSRF-Token header is missing or not the current one',
        );
  }
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
