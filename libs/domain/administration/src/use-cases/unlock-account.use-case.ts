import type { PasswordFailures } from '#domain/credentials';
import type { User } from '#domain/identity';
import type { Clock, UnitOfWork } from '#domain/kernel';
import type { AdministrationTx } from '../ports/administration-tx.js';
import { audited, presentSubjectOf, type AdministrativeAct } from '../services/administrative-act.js';

/** Ends an administrator's lock, and whatever wrong passwords had led to. */
export class UnlockAccount {
  constructor(
    private readonly unitOfWork: UnitOfWork<
      AdministrationTx & { readonly passwordFailures: PasswordFailures }
    >,
    private readonly clock: Clock,
  ) {}

  /** Also where nothing was locked. Throws as `presentSubjectOf`. */
  async execute(command: AdministrativeAct): Promise<User> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const user = (await presentSubjectOf(tx, command, 'users:lock', now)).unlocked(now);
      tx.accounts.update(user);
      tx.passwordFailures.clear(user.id);
      tx.audit.append(audited('user.unlocked', command, now));
      return user;
    });
  }
}
