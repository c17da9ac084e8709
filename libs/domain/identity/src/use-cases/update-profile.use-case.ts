import type { Clock, RequestOrigin, UnitOfWork } from '#domain/kernel';
import { existing, type Profile, type User } from '../model/user.entity.js';
import type { IdentityTx } from '../ports/identity-tx.js';

export interface UpdateProfileCommand {
  readonly userId: string;
  readonly change: Partial<Profile>;
  readonly origin: RequestOrigin;
}

export class UpdateProfile {
  constructor(
    private readonly unitOfWork: UnitOfWork<IdentityTx>,
    private readonly clock: Clock,
  ) {}

  async execute({ userId, change, origin }: UpdateProfileCommand): Promise<User> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const user = existing(await tx.accounts.lockById(userId));
      const updated = user.withProfile(change, now);
      tx.accounts.update(updated);
      tx.audit.append({
        action: 'user.profile-updated',
        result: 'success',
        occurredAt: now,
        origin,
        actorId: userId,
        userId,
        metadata: { fields: Object.keys(change).sort().join(',') },
      });
      return updated;
    });
  }
}
