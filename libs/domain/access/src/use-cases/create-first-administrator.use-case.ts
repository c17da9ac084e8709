import { ADMINISTRATOR, User, type IdentifierParser } from '#domain/identity';
import type { Clock, IdGenerator, RequestOrigin, UnitOfWork } from '#domain/kernel';
import type { SignUpPolicy } from '#domain/session';
import { administratorExists } from '../model/access-errors.js';
import type { SetupTx } from '../ports/access-tx.js';

export interface CreateFirstAdministratorCommand {
  readonly identifier: string;
  readonly origin: RequestOrigin;
}

/**
 * Makes the first administrator on the word of whoever runs the deployment: the identifier counts as proved, and
 * signing in with it proves it again. An account that holds it already is appointed.
 */
export class CreateFirstAdministrator {
  constructor(
    private readonly unitOfWork: UnitOfWork<SetupTx>,
    private readonly parser: IdentifierParser,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly signUpPolicy: SignUpPolicy,
  ) {}

  /**
   * Throws `invalid-identifier`, `administrator-exists`, also for the slower one of two at once, or why the account
   * could not sign in.
   */
  async execute({ identifier: typed, origin }: CreateFirstAdministratorCommand): Promise<User> {
    const identifier = this.parser.parse(typed);
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const holder = await tx.accounts.lockByIdentifier(identifier);
      if (await tx.administrators.existBesides(null, now)) throw administratorExists();
      const refusal = holder?.signInRefusal(now);
      if (refusal) throw refusal;

      const roles = [...new Set([...(holder?.state.roles ?? this.signUpPolicy.roles), ADMINISTRATOR])];
      const administrator = holder
        ? holder.withRoles(roles, now)
        : User.register(
            this.ids.next(),
            { id: this.ids.next(), identifier, verifiedAt: now },
            { displayName: null, locale: null },
            roles,
            now,
          );
      if (holder) tx.accounts.update(administrator);
      else tx.accounts.insert(administrator);
      tx.setupTokens.clear();
      tx.audit.append({
        action: 'administrator.appointed',
        result: 'success',
        occurredAt: now,
        origin,
        userId: administrator.id,
        reason: 'command-line',
      });
      return administrator;
    });
  }
}
