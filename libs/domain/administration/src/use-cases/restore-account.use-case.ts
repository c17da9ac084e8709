import type { DeletionPolicy, User } from '#domain/identity';
import { addMilliseconds, DomainError, type Clock, type UnitOfWork } from '#domain/kernel';
import type { AdministrationTx } from '../ports/administration-tx.js';
import { audited, subjectOf, type AdministrativeAct } from '../services/administrative-act.js';

/** Undoes a deletion: identifiers, profile, roles and password are as they were; sessions stay ended. */
export class RestoreAccount {
  constructor(
    private readonly unitOfWork: UnitOfWork<AdministrationTx>,
    private readonly clock: Clock,
    private readonly policy: DeletionPolicy,
  ) {}

  /**
   * The erasure passes over an account that is being restored, and one that it has taken is gone. Throws as
   * `subjectOf`, `account-not-deleted`, and `restore-too-late` when the erasure is due and merely not done.
   */
  async execute(command: AdministrativeAct): Promise<User> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const deleted = await subjectOf(tx, command, 'users:restore', now);
      const user = deleted.restored(now);
      const { deletedAt } = deleted.state;
      if (deletedAt && addMilliseconds(deletedAt, this.policy.reservedFor) < now) {
        throw DomainError.conflict('restore-too-late', 'This account is about to be erased');
      }
      tx.accounts.update(user);
      tx.audit.append(audited('user.restored', command, now));
      return user;
    });
  }
}
