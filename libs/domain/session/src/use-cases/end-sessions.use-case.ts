import { DomainError, type Clock, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import type { RevocationReason } from '../model/session.entity.js';
import type { SessionEvents } from '../ports/session-events.port.js';
import type { SessionTx } from '../ports/session-tx.js';
import { auditRevocations } from '../services/audit-revocations.js';

/** Which of the caller's own sessions to end. */
export type SessionSelection = { readonly only: string } | { readonly allExcept: string } | 'all';

export interface EndSessionsCommand {
  readonly userId: string;
  readonly selection: SessionSelection;
  readonly reason: Extract<RevocationReason, 'signed-out' | 'ended-by-user'>;
  readonly origin: RequestOrigin;
}

/** Ends sessions of the caller: the record first, then word to every instance. */
export class EndSessions {
  constructor(
    private readonly unitOfWork: UnitOfWork<SessionTx>,
    private readonly events: SessionEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the ids that this call ended. Throws `session-not-found` when `only` names no live session of
   * this user, so that ids of other people's sessions look like ids that never were.
   */
  async execute({ userId, selection, reason, origin }: EndSessionsCommand): Promise<readonly string[]> {
    const ended = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const revoked = await this.#revoke(tx, userId, selection, reason, now);
      auditRevocations(tx.audit, { userId, sessionIds: revoked, reason, origin, now });
      return revoked;
    });
    if (ended.length > 0) this.events.publish({ userId, sessionIds: ended });
    else if (selection !== 'all' && 'only' in selection) {
      throw DomainError.notFound('session-not-found', 'No such session');
    }
    return ended;
  }

  #revoke(
    tx: SessionTx,
    userId: string,
    selection: SessionSelection,
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]> {
    if (selection === 'all') return tx.sessions.revokeOthers(userId, null, reason, now);
    return 'only' in selection
      ? tx.sessions.revoke(userId, [selection.only], reason, now)
      : tx.sessions.revokeOthers(userId, selection.allExcept, reason, now);
  }
}
