import { token, type Clock, type IdGenerator, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import { userDeleted } from '../model/identity-events.js';
import { existing } from '../model/user.entity.js';
import type { AccountSessions, EndedSessions } from '../ports/account-sessions.port.js';
import type { Administrators } from '../ports/administrators.port.js';
import type { IdentityTx } from '../ports/identity-tx.js';
import { ensureAnAdministratorRemains } from '../services/ensure-an-administrator-remains.js';

export interface DeletionPolicy {
  /** Milliseconds for which a deleted account's identifiers stay reserved and the account restorable. */
  readonly reservedFor: number;
}

export const DELETION_POLICY = token<DeletionPolicy>('DeletionPolicy');

export interface DeleteAccountCommand {
  readonly userId: string;
  readonly origin: RequestOrigin;
}

type DeletionTx = IdentityTx & {
  readonly sessions: AccountSessions;
  readonly administrators: Administrators;
};

/** Soft deletion: sessions end with the same commit, erasure follows when the reservation is over. */
export class DeleteAccount {
  constructor(
    private readonly unitOfWork: UnitOfWork<DeletionTx>,
    private readonly events: EndedSessions,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: DeletionPolicy,
  ) {}

  /** Throws `last-administrator`. */
  async execute({ userId, origin }: DeleteAccountCommand): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const user = existing(await tx.accounts.lockById(userId));
      await ensureAnAdministratorRemains(tx, user, now);
      tx.accounts.update(user.deleted(now));
      tx.sessions.revokeAll(userId, 'account-deleted', now);
      tx.audit.append({
        action: 'user.deleted',
        result: 'success',
        occurredAt: now,
        origin,
        actorId: userId,
        userId,
      });
      tx.outbox.append(userDeleted(this.ids.next(), user, this.policy.reservedFor, now));
    });
    this.events.publish({ userId, sessionIds: 'all' });
  }
}
