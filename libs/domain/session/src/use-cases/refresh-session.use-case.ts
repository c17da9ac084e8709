import {
  addMilliseconds,
  DomainError,
  type Clock,
  type RequestOrigin,
  type UnitOfWork,
} from '#domain/kernel';
import type { SessionPolicy, SessionState } from '../model/session.entity.js';
import type { SessionEvents } from '../ports/session-events.port.js';
import type { SessionTx } from '../ports/session-tx.js';
import type { RefreshReference, SessionStore } from '../ports/sessions.port.js';
import type { RefreshTokens } from '../ports/tokens.port.js';
import type { TokenGrant, TokenGrants } from '../services/token-grants.js';

export interface RefreshSessionCommand {
  readonly refreshToken: string;
  readonly origin: RequestOrigin;
}

export interface RefreshedSession extends TokenGrant {
  readonly session: SessionState;
}

/**
 * Rotates a refresh token (RFC 9700, section 4.14). Parallel repeats inside the grace get one and the same
 * successor; a token older than that proves that two parties hold the chain, and ends the session for both.
 */
export class RefreshSession {
  constructor(
    private readonly refreshTokens: RefreshTokens,
    private readonly store: SessionStore,
    private readonly unitOfWork: UnitOfWork<SessionTx>,
    private readonly grants: TokenGrants,
    private readonly events: SessionEvents,
    private readonly clock: Clock,
    private readonly policy: SessionPolicy,
  ) {}

  /** Throws `invalid-refresh-token`; whether forged, spent, expired or revoked is the audit's to know. */
  async execute({ refreshToken, origin }: RefreshSessionCommand): Promise<RefreshedSession> {
    const presented = this.refreshTokens.read(refreshToken);
    if (!presented) throw invalidRefreshToken();

    const now = this.clock.now();
    const rotation = await this.store.rotate(presented, {
      now,
      expiresAt: addMilliseconds(now, this.policy.idleLifetime),
      graceStart: addMilliseconds(now, -this.policy.refreshGrace),
      address: origin.address,
      userAgent: origin.userAgent,
    });
    switch (rotation.outcome) {
      case 'rotated':
      case 'repeated':
        return { session: rotation.session, ...this.grants.issue(rotation.session, rotation.roles) };
      case 'reused':
        await this.#revokeStolen(presented, origin, now);
        throw invalidRefreshToken();
      case 'ended':
        await this.unitOfWork.run(async (tx) => this.#refuse(tx, presented, origin, now));
        throw invalidRefreshToken();
    }
  }

  /** Safe to do after the fact: a token once outdated stays outdated, so the verdict cannot change. */
  async #revokeStolen(presented: RefreshReference, origin: RequestOrigin, now: Date): Promise<void> {
    const { userId, sessionId, generation } = presented;
    await this.unitOfWork.run(async (tx) => {
      const revoked = await tx.sessions.revoke(userId, [sessionId], 'refresh-token-reused', now);
      if (revoked.length === 0) return this.#refuse(tx, presented, origin, now);
      tx.audit.append({
        action: 'session.refresh-reused',
        result: 'failure',
        occurredAt: now,
        origin,
        userId,
        sessionId,
        reason: 'refresh-token-reused',
        metadata: { generation },
      });
    });
    this.events.publish({ userId, sessionIds: [sessionId] });
  }

  /** A token that we made, of a session that has ended. What we did not make is no attempt, but noise. */
  #refuse(
    { audit }: SessionTx,
    { userId, sessionId }: RefreshReference,
    origin: RequestOrigin,
    now: Date,
  ): void {
    audit.append({
      action: 'session.refresh-refused',
      result: 'failure',
      occurredAt: now,
      origin,
      userId,
      sessionId,
      reason: 'session-ended',
    });
  }
}

const invalidRefreshToken = (): DomainError =>
  DomainError.unauthenticated('invalid-refresh-token', 'The refresh token is not valid');
