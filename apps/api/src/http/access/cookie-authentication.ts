import type { FastifyRequest } from 'fastify';
import type { AuthenticateRequest, Principal } from '#domain/session';
import type { CsrfProtection } from '../cookies/csrf-protection.js';
import type { SessionCookies } from '../cookies/session-cookies.js';

/** RFC 9110, 9.2.1. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who makes a request that only cookies speak for. */
export class CookieAuthentication {
  constructor(
    private readonly authenticateRequest: AuthenticateRequest,
    private readonly cookies: SessionCookies,
    private readonly csrf: CsrfProtection,
  ) {}

  /** Null when there is no cookie of ours. Without a promise where the session is in memory. */
  execute(request: FastifyRequest): Principal | Promise<Principal> | null {
    const accessToken = this.cookies.read(request, 'access');
    if (accessToken === undefined) return null;
    const found = this.authenticateRequest.execute(accessToken);
    if (SAFE.has(request.method)) return found;
    const check = (principal: Principal): Principal | Promise<never> => {
      const { userId, session } = principal;
      return this.csrf.check(request, { userId, sessionId: session.id }) ?? principal;
    };
    return found instanceof Promise ? found.then(check) : check(found);
  }
}
