import { ADMINISTRATOR, existing, type User } from '#domain/identity';
import { DomainError, type Clock, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import type { SessionEvents } from '#domain/session';
import { administratorExists } from '../model/access-errors.js';
import type { SetupTx } from '../ports/access-tx.js';
import type { SetupSecrets } from '../ports/setup-tokens.port.js';

export interface CompleteSetupCommand {
  readonly token: string;
  /** Whoever signed in with the link in hand. */
  readonly userId: string;
  readonly origin: RequestOrigin;
}

type Outcome = { readonly appointed: User } | { readonly refusal: DomainError };

/** Makes the first administrator, once, of whoever brings the printed token. */
export class CompleteSetup {
  constructor(
    private readonly unitOfWork: UnitOfWork<SetupTx>,
    private readonly secrets: SetupSecrets,
    private readonly events: SessionEvents,
    private readonly clock: Clock,
  ) {}

  /** Throws `invalid-setup-token`, or `administrator-exists`, also for the slower one of two with good tokens. */
  async execute(command: CompleteSetupCommand): Promise<User> {
    const { userId, origin } = command;
    const outcome = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const result = await this.#appoint(tx, command, now);
      tx.audit.append({
        action: 'administrator.appointed',
        occurredAt: now,
        origin,
        actorId: userId,
        userId,
        ...('refusal' in result
          ? { result: 'failure', reason: result.refusal.code }
          : { result: 'success', reason: 'setup-link' }),
      });
      return result;
    });
    if ('refusal' in outcome) throw outcome.refusal;
    this.events.publish({ userId, sessionIds: 'all' });
    return outcome.appointed;
  }

  async #appoint(tx: SetupTx, { token, userId }: CompleteSetupCommand, now: Date): Promise<Outcome> {
    const user = existing(await tx.accounts.lockById(userId));
    if (await tx.administrators.existBesides(null, now)) return { refusal: administratorExists() };
    if (!(await tx.setupTokens.spend(this.secrets.digest(token), now))) return { refusal: invalidToken() };
    const appointed = user.withRoles([...new Set([...user.state.roles, ADMINISTRATOR])], now);
    tx.accounts.update(appointed);
    tx.setupTokens.clear();
    return { appointed };
  }
}

const invalidToken = (): DomainError =>
  DomainError.forbidden('invalid-setup-token', 'This set-up link is not valid, or no longer');
