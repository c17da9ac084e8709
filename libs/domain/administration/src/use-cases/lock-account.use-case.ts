import type { User } from '#domain/identity';
import type { Clock, UnitOfWork } from '#domain/kernel';
import type { SessionEvents } from '#domain/session';
import type { AdministrationTx } from '../ports/administration-tx.js';
import {
  audited,
  presentSubjectOf,
  shutOut,
  type AdministrativeAct,
} from '../services/administrative-act.js';

export interface LockAccountCommand extends AdministrativeAct {
  /** Null for as long as nobody unlocks it. */
  readonly until: Date | null;
}

/**
 * Keeps an account from being used for a while. It takes turns with sign-ins: one that came before loses its
 * session with this commit, one that comes after is refused.
 */
export class LockAccount {
  constructor(
    private readonly unitOfWork: UnitOfWork<AdministrationTx>,
    private readonly events: SessionEvents,
    private readonly clock: Clock,
  ) {}

  /** Locked or not, it is locked as asked now. Throws as `presentSubjectOf` and `shutOut`, and `lock-in-the-past`. */
  async execute(command: LockAccountCommand): Promise<User> {
    const user = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const before = await presentSubjectOf(tx, command, 'users:lock', now);
      const after = before.locked(command.until, now);
      await shutOut(tx, before, after, 'account-locked', now);
      const until = command.until === null ? undefined : { until: command.until.toISOString() };
      tx.audit.append(audited('user.locked', command, now, until));
      return after;
    });
    this.events.publish({ userId: user.id, sessionIds: 'all' });
    return user;
  }
}
