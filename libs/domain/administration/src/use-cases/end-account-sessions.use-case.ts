import { DomainError, type Clock, type UnitOfWork } from '#domain/kernel';
import type { SessionEvents } from '#domain/session';
import type { AdministrationTx } from '../ports/administration-tx.js';
import { audited, subjectOf, type AdministrativeAct } from '../services/administrative-act.js';

export interface EndAccountSessionsCommand extends AdministrativeAct {
  readonly selection: { readonly only: string } | 'all';
}

/** Signs somebody out: of one session or of all. */
export class EndAccountSessions {
  constructor(
    private readonly unitOfWork: UnitOfWork<AdministrationTx>,
    private readonly events: SessionEvents,
    private readonly clock: Clock,
  ) {}

  /** Throws as `subjectOf`, and `session-not-found` when `only` names no live session of this account. */
  async execute(command: EndAccountSessionsCommand): Promise<void> {
    const { userId, selection } = command;
    const ended = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      await subjectOf(tx, command, 'sessions:revoke', now);
      const revoked =
        selection === 'all'
          ? await tx.sessions.revokeOthers(userId, null, 'ended-by-administrator', now)
          : await tx.sessions.revoke(userId, [selection.only], 'ended-by-administrator', now);
      for (const sessionId of revoked) {
        const why = command.reason ?? 'ended-by-administrator';
        tx.audit.append({ ...audited('session.revoked', { ...command, reason: why }, now), sessionId });
      }
      return revoked;
    });
    if (ended.length > 0) this.events.publish({ userId, sessionIds: ended });
    else if (selection !== 'all') throw DomainError.notFound('session-not-found', 'No such session');
  }
}
