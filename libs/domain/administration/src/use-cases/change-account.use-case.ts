import { ensureMayActOn } from '#domain/access';
import type { Profile, User } from '#domain/identity';
import type { Clock, UnitOfWork } from '#domain/kernel';
import type { SessionEvents } from '#domain/session';
import type { AdministrationTx } from '../ports/administration-tx.js';
import {
  audited,
  presentSubjectOf,
  shutOut,
  type AdministrativeAct,
} from '../services/administrative-act.js';

export interface ChangeAccountCommand extends AdministrativeAct {
  readonly profile: Partial<Profile>;
  /** Null leaves it as it is. */
  readonly status: 'active' | 'suspended' | null;
}

/** Changes somebody's profile, suspends an account or lets a suspended one be used again. */
export class ChangeAccount {
  constructor(
    private readonly unitOfWork: UnitOfWork<AdministrationTx>,
    private readonly events: SessionEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * All of it or nothing. The profile takes the permission `users:update`, the status `users:suspend`. Throws as
   * `presentSubjectOf` and `shutOut`, and `account-pending`.
   */
  async execute(command: ChangeAccountCommand): Promise<User> {
    const { user, suspended } = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const before = await presentSubjectOf(tx, command, 'users:update', now);
      if (command.status !== null) await ensureMayActOn(tx, command.actorId, before.id, 'users:suspend');
      const changed = this.#withProfile(tx, before, command, now);
      const after = command.status === null ? changed : changed.withStatus(command.status, now);
      const suspends = before.state.status !== after.state.status && after.state.status === 'suspended';
      if (suspends) await shutOut(tx, before, after, 'account-suspended', now);
      else tx.accounts.update(after);
      if (before.state.status !== after.state.status) {
        tx.audit.append(audited(suspends ? 'user.suspended' : 'user.activated', command, now));
      }
      return { user: after, suspended: suspends };
    });
    if (suspended) this.events.publish({ userId: user.id, sessionIds: 'all' });
    return user;
  }

  #withProfile(tx: AdministrationTx, user: User, command: ChangeAccountCommand, now: Date): User {
    const fields = Object.keys(command.profile).sort().join(',');
    if (fields === '') return user;
    tx.audit.append(audited('user.profile-updated', command, now, { fields }));
    return user.withProfile(command.profile, now);
  }
}
