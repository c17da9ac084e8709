import type { User } from '#domain/identity';
import type { Clock, DomainError, IdGenerator, RequestOrigin, Secret, UnitOfWork } from '#domain/kernel';
import type { SessionEvents } from '#domain/session';
import { passwordChanged } from '../model/credential-events.js';
import { linkInvalid, linkRejected } from '../model/link.js';
import type { AddressLinkOutcome, AddressLinks } from '../ports/address-links.port.js';
import type { CredentialsTx } from '../ports/credentials-tx.js';
import type { LinkTokens } from '../ports/link-tokens.port.js';
import type { NewPasswords } from '../services/new-passwords.js';

export interface ResetPasswordCommand {
  readonly token: string;
  readonly password: Secret;
  readonly origin: RequestOrigin;
}

type ResetPasswordTx = CredentialsTx & { readonly addressLinks: AddressLinks };

type Reset =
  | { readonly outcome: 'rejected'; readonly error: DomainError }
  | { readonly outcome: 'reset'; readonly userId: string };

/** A new password for whoever reads the account's mail. Every session ends and none begins. */
export class ResetPassword {
  constructor(
    private readonly links: LinkTokens,
    private readonly newPasswords: NewPasswords,
    private readonly unitOfWork: UnitOfWork<ResetPasswordTx>,
    private readonly events: SessionEvents,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws what `NewPasswords` refuses with, first: a weak password spends no link, and says nothing about it. Then
   * `link-invalid` or `link-expired`. Of parallel calls with one right token, one succeeds.
   */
  async execute({ token, password, origin }: ResetPasswordCommand): Promise<void> {
    const reference = this.links.read('reset-password', token);
    const hash = await this.newPasswords.accept(password, []);
    if (!reference) throw linkInvalid();

    const now = this.clock.now();
    const result = await this.unitOfWork.run(async (tx): Promise<Reset> => {
      const spent = await tx.addressLinks.spend('reset-password', reference, now);
      const user = spent.outcome === 'spent' ? await this.#accountBehind(tx, spent) : null;
      const event = { occurredAt: now, origin };
      if (!user) {
        const error = linkRejected(spent.outcome === 'expired' ? 'expired' : 'invalid');
        const metadata = { purpose: 'reset-password' };
        tx.audit.append({
          ...event,
          action: 'link.rejected',
          result: 'failure',
          reason: error.code,
          metadata,
        });
        return { outcome: 'rejected', error };
      }
      const { id: userId } = user;
      tx.passwords.set(userId, hash, now);
      tx.passwordFailures.clear(userId);
      tx.sessions.revokeAll(userId, 'password-changed', now);
      tx.audit.append({
        ...event,
        action: 'credentials.password-reset',
        result: 'success',
        actorId: userId,
        userId,
      });
      tx.outbox.append(passwordChanged(this.ids.next(), user, now));
      return { outcome: 'reset', userId };
    });
    if (result.outcome === 'rejected') throw result.error;
    this.events.publish({ userId: result.userId, sessionIds: 'all' });
  }

  /**
   * Null unless the account held the address when the link was made, and its password is still the one of then: a
   * link does not follow an address to its next owner, and a newer password ends all older links.
   */
  async #accountBehind(
    tx: ResetPasswordTx,
    { identifier, issuedAt }: Extract<AddressLinkOutcome, { outcome: 'spent' }>,
  ): Promise<User | null> {
    const user = await tx.accounts.lockByIdentifier(identifier);
    if (!user || user.state.status === 'deleted') return null;
    const held = user.identifiers.find((each) => each.identifier.equals(identifier));
    const password = await tx.passwords.find(user.id);
    const isCurrent = (since: Date | undefined): boolean => since === undefined || since <= issuedAt;
    return isCurrent(held?.verifiedAt) && isCurrent(password?.changedAt) ? user : null;
  }
}
