import type { Clock, IdGenerator, RequestOrigin, UnitOfWork } from '#domain/kernel';
import { identifierChanged } from '../model/identity-events.js';
import { existing, type User } from '../model/user.entity.js';
import type { IdentityTx } from '../ports/identity-tx.js';

export interface RemoveIdentifierCommand {
  readonly userId: string;
  readonly identifierId: string;
  readonly origin: RequestOrigin;
}

export class RemoveIdentifier {
  constructor(
    private readonly unitOfWork: UnitOfWork<IdentityTx>,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
  ) {}

  /** Throws `identifier-not-found`, or `last-identifier`, also when two removals race for the last two. */
  async execute({ userId, identifierId, origin }: RemoveIdentifierCommand): Promise<User> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const user = existing(await tx.accounts.lockById(userId));
      const { user: updated, removed } = user.withoutIdentifier(identifierId, now);
      tx.accounts.update(updated);
      tx.accounts.removeIdentifier(userId, removed);
      tx.audit.append({
        action: 'user.identifier-removed',
        result: 'success',
        occurredAt: now,
        origin,
        actorId: userId,
        userId,
        metadata: { kind: removed.identifier.kind },
      });
      tx.outbox.append(identifierChanged('user.identifier-removed', this.ids.next(), user, removed, now));
      return updated;
    });
  }
}
