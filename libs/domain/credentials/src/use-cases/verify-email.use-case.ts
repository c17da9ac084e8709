import { userRegistered, type User, type VerifiedIdentifier } from '#domain/identity';
import {
  DomainError,
  type Clock,
  type IdGenerator,
  type RequestOrigin,
  type UnitOfWork,
} from '#domain/kernel';
import { linkInvalid, linkRejected, type LinkReference } from '../model/link.js';
import type { PendingRegistration } from '../model/registration.js';
import type { LinkTokens } from '../ports/link-tokens.port.js';
import type { RegistrationTx } from '../ports/registration-tx.js';

export interface VerifyEmailCommand {
  readonly token: string;
  readonly origin: RequestOrigin;
}

type Verification =
  | { readonly outcome: 'rejected'; readonly error: DomainError }
  | { readonly outcome: 'verified'; readonly user: User };

/**
 * Activates a pending account. The first registration of an address that is proved wins; the others are gone with
 * the same commit. A username that somebody else was faster to claim is left out. Grants no session.
 */
export class VerifyEmail {
  constructor(
    private readonly links: LinkTokens,
    private readonly unitOfWork: UnitOfWork<RegistrationTx>,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
  ) {}

  /** Throws `link-invalid` or `link-expired`. Of parallel calls with one right token, one succeeds. */
  async execute({ token, origin }: VerifyEmailCommand): Promise<User> {
    const reference = this.links.read('verify-email', token);
    if (!reference) throw linkInvalid();
    const result = await this.#verify(reference, origin).catch((error: unknown) => {
      // Somebody claimed the address or the name in this very moment, so what is left of it shows the second time.
      if (error instanceof DomainError && error.code === 'identifier-taken')
        return this.#verify(reference, origin);
      throw error;
    });
    if (result.outcome === 'rejected') throw result.error;
    return result.user;
  }

  #verify(reference: LinkReference, origin: RequestOrigin): Promise<Verification> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const spent = await tx.registrations.spend(reference, now);
      const verified = spent.outcome === 'spent' ? await this.#activate(tx, spent.registration, now) : null;
      const event = { occurredAt: now, origin, metadata: { purpose: 'verify-email' } };
      if (!verified) {
        const error = linkRejected(spent.outcome === 'expired' ? 'expired' : 'invalid');
        tx.audit.append({ ...event, action: 'link.rejected', result: 'failure', reason: error.code });
        return { outcome: 'rejected', error };
      }
      const { id: userId } = verified;
      tx.audit.append({ ...event, action: 'user.verified', result: 'success', actorId: userId, userId });
      return { outcome: 'verified', user: verified };
    });
  }

  /** Null when the account is no longer pending, or somebody else has proved the address since. */
  async #activate(tx: RegistrationTx, registration: PendingRegistration, now: Date): Promise<User | null> {
    const { userId, identifier, username } = registration;
    const [user, holder, nameHolder] = await Promise.all([
      tx.accounts.lockById(userId),
      tx.accounts.lockByIdentifier(identifier),
      username && tx.accounts.lockByIdentifier(username),
    ]);
    if (user?.state.status !== 'pending' || holder) {
      tx.registrations.discard(userId);
      return null;
    }

    const claim = (claimed: VerifiedIdentifier['identifier']): VerifiedIdentifier => ({
      id: this.ids.next(),
      identifier: claimed,
      verifiedAt: now,
    });
    const identifiers = [claim(identifier), ...(username && !nameHolder ? [claim(username)] : [])];
    const activated = user.activated(identifiers, now);
    tx.accounts.update(activated);
    for (const each of identifiers) tx.accounts.addIdentifier(userId, each);
    tx.outbox.append(userRegistered(this.ids.next(), activated, identifier, now));
    return activated;
  }
}
