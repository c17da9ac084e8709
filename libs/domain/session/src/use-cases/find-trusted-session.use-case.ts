import type { Clock } from '#domain/kernel';
import type { SessionReader, SessionWithRoles } from '../ports/sessions.port.js';
import type { AccessTokens } from '../ports/tokens.port.js';
import type { AssessTrust } from '../services/assess-trust.js';

/**
 * Whether a request comes out of a session of high trust. Asked of requests that are about to be refused, so it must
 * not be worth asking: a token that this process has not verified already is not verified for it.
 */
export class FindTrustedSession {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: SessionReader,
    private readonly assessTrust: AssessTrust,
    private readonly clock: Clock,
  ) {}

  /**
   * Whose it is, because one account can have many sessions; null where there is none, or too little trust in it as
   * seen from `address`.
   */
  execute(accessToken: string, address: string): string | null | Promise<string | null> {
    const claims = this.accessTokens.remembered(accessToken);
    if (!claims) return null;
    const found = this.sessions.find(claims.userId, claims.sessionId);
    return found instanceof Promise
      ? found.then((settled) => this.#trusted(settled, address))
      : this.#trusted(found, address);
  }

  #trusted(found: SessionWithRoles | null, address: string): string | null {
    if (!found?.session.isLive(this.clock.now())) return null;
    return this.assessTrust.execute(found.session, address).level === 'high' ? found.session.userId : null;
  }
}
