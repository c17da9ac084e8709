import type { Clock } from '#domain/kernel';
import { sessionEnded } from '../model/session-errors.js';
import type { Session } from '../model/session.entity.js';
import type { SessionReader, SessionWithRoles } from '../ports/sessions.port.js';
import type { AccessClaims, AccessTokens } from '../ports/tokens.port.js';

/** Who makes a request, established from its access token. */
export interface Principal {
  readonly userId: string;
  /** As the account has them, at most a second ago. Those in the token are for others who verify it. */
  readonly roles: readonly string[];
  readonly session: Session;
}

/**
 * The check in front of every protected route. Both halves answer from process memory on the hot path, and
 * then without a promise: at 10,000 requests a second the microtask queue is a cost too.
 */
export class AuthenticateRequest {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: SessionReader,
    private readonly clock: Clock,
  ) {}

  /** Throws `invalid-token`, or `session-ended` when the token outlived its session. */
  execute(accessToken: string): Principal | Promise<Principal> {
    const claims = this.accessTokens.verify(accessToken);
    const found = this.sessions.find(claims.userId, claims.sessionId);
    return found instanceof Promise
      ? found.then((settled) => this.#principal(claims, settled))
      : this.#principal(claims, found);
  }

  #principal({ userId }: AccessClaims, found: SessionWithRoles | null): Principal {
    if (!found?.session.isLive(this.clock.now())) {
      throw sessionEnded();
    }
    return { userId, roles: found.roles, session: found.session };
  }
}
