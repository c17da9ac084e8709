import type { RequestPasswordReset } from '#domain/credentials';
import { DomainError, type Clock, type UnitOfWork } from '#domain/kernel';
import type { AdministrationTx } from '../ports/administration-tx.js';
import { audited, presentSubjectOf, type AdministrativeAct } from '../services/administrative-act.js';

/**
 * Has a link to choose a new password mailed to the owner of an account. The administrator neither chooses the
 * password nor sees the link.
 */
export class StartPasswordReset {
  constructor(
    private readonly unitOfWork: UnitOfWork<AdministrationTx>,
    private readonly requestPasswordReset: Pick<RequestPasswordReset, 'execute'>,
    private readonly clock: Clock,
  ) {}

  /** Throws as `presentSubjectOf`, and `no-email-address` where no link can be mailed. */
  async execute(act: AdministrativeAct): Promise<void> {
    const { email, locale } = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const { identifiers, profile } = await presentSubjectOf(tx, act, 'users:reset-password', now);
      const held = identifiers.find(({ identifier }) => identifier.kind === 'email');
      if (!held) throw DomainError.conflict('no-email-address', 'This account has no email address');
      tx.audit.append(audited('user.password-reset-started', act, now));
      return { email: held.identifier, locale: profile.locale };
    });
    const { actorId, origin } = act;
    await this.requestPasswordReset.execute({ identifier: email.value, locale, origin, actorId });
  }
}
