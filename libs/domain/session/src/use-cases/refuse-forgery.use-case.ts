import type { Clock, DomainError, RequestOrigin, UnitOfWork } from '#domain/kernel';
import type { SessionTx } from '../ports/session-tx.js';

export interface ForgedRequest {
  readonly refusal: DomainError;
  /** Whose cookies came along; null when the request asked for cookies. */
  readonly session: { readonly userId: string; readonly sessionId: string } | null;
  /** Method and template, never the concrete path: that may hold somebody's identifier. */
  readonly route: string;
  readonly origin: RequestOrigin;
}

/** A request that somebody else's page may have made is on record before it is refused. */
export class RefuseForgery {
  constructor(
    private readonly unitOfWork: UnitOfWork<Pick<SessionTx, 'audit'>>,
    private readonly clock: Clock,
  ) {}

  /** Throws `refusal`. The audit names no actor: whoever has the cookies need not be the one who meant it. */
  async execute({ refusal, session, route, origin }: ForgedRequest): Promise<never> {
    await this.unitOfWork.run(async ({ audit }) =>
      audit.append({
        action: 'session.forgery-refused',
        result: 'failure',
        occurredAt: this.clock.now(),
        origin,
        ...(session && { userId: session.userId, sessionId: session.sessionId }),
        reason: refusal.code,
        metadata: { route },
      }),
    );
    throw refusal;
  }
}
