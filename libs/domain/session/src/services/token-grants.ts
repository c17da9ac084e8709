import type { Clock, IdGenerator, Secret } from '#domain/kernel';
import type { SessionPolicy, SessionState } from '../model/session.entity.js';
import type { AccessTokens, RefreshTokens } from '../ports/tokens.port.js';

export interface TokenGrant {
  readonly accessToken: Secret;
  readonly refreshToken: Secret;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Turns a session that the gate opened or a rotation renewed into the tokens that stand for it. */
export class TokenGrants {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: SessionPolicy,
  ) {}

  issue(session: SessionState, roles: readonly string[]): TokenGrant {
    const issuedAt = Math.floor(this.clock.now().getTime() / 1_000);
    // An access token must not outlive the session that it speaks for.
    const sessionEnd = Math.floor(session.expiresAt.getTime() / 1_000);
    const expiresAt = Math.min(issuedAt + this.policy.accessTokenLifetime / 1_000, sessionEnd);
    const { userId, id: sessionId, generation } = session;
    return {
      accessToken: this.accessTokens.issue({
        userId,
        sessionId,
        roles,
        tokenId: this.ids.next(),
        issuedAt,
        expiresAt,
      }),
      refreshToken: this.refreshTokens.issue({ userId, sessionId, generation }),
      expiresIn: expiresAt - issuedAt,
    };
  }
}
