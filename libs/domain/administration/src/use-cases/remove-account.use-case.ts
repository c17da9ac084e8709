import { userDeleted, type DeletionPolicy } from '#domain/identity';
import type { Clock, IdGenerator, UnitOfWork } from '#domain/kernel';
import type { SessionEvents } from '#domain/session';
import type { AdministrationTx } from '../ports/administration-tx.js';
import {
  audited,
  presentSubjectOf,
  shutOut,
  type AdministrativeAct,
} from '../services/administrative-act.js';

/** Deletes somebody's account as they could themselves: restorable for a while, and its owner is told until when. */
export class RemoveAccount {
  constructor(
    private readonly unitOfWork: UnitOfWork<AdministrationTx>,
    private readonly events: SessionEvents,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: DeletionPolicy,
  ) {}

  /** Of two at once, one succeeds. Throws as `presentSubjectOf` and `shutOut`. */
  async execute(command: AdministrativeAct): Promise<void> {
    const { userId } = command;
    await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const user = await presentSubjectOf(tx, command, 'users:delete', now);
      await shutOut(tx, user, user.deleted(now), 'account-deleted', now);
      tx.audit.append(audited('user.deleted', command, now));
      // A pending account has no address that is known to be its owner's.
      if (user.identifiers.length > 0) {
        tx.outbox.append(userDeleted(this.ids.next(), user, this.policy.reservedFor, now));
      }
    });
    this.events.publish({ userId, sessionIds: 'all' });
  }
}
