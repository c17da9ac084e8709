import {
  addMilliseconds,
  type Clock,
  type IdGenerator,
  type RequestOrigin,
  type UnitOfWork,
} from '#domain/kernel';
import { verificationRequested } from '../model/link-events.js';
import type { LinkPolicy } from '../model/link.js';
import type { LinkTokens } from '../ports/link-tokens.port.js';
import type { RegistrationTx } from '../ports/registration-tx.js';
import type { MailAddresses } from '../services/mail-addresses.js';

export interface ResendVerificationCommand {
  readonly email: string;
  readonly locale: string | null;
  readonly origin: RequestOrigin;
}

/**
 * Another link in place of the one that was mailed. Where an address has several registrations none gets one:
 * whoever reads the mail could not tell their own from a stranger's, and registering again makes one that is.
 */
export class ResendVerification {
  constructor(
    private readonly addresses: MailAddresses,
    private readonly links: LinkTokens,
    private readonly unitOfWork: UnitOfWork<RegistrationTx>,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: LinkPolicy,
  ) {}

  /** Ends the same way whatever there is of the address. Throws `invalid-identifier` or `channel-unavailable`. */
  async execute({ email, locale, origin }: ResendVerificationCommand): Promise<void> {
    const identifier = this.addresses.read(email, 'email');
    const now = this.clock.now();
    const expiresAt = addMilliseconds(now, this.policy.verificationLifetime);
    const subject = this.links.subjectOf(identifier);
    const mail = {
      subject,
      purpose: 'verify-email',
      identifier,
      mac: null,
      issuedAt: now,
      expiresAt,
    } as const;
    await this.unitOfWork.run(async (tx) => {
      const [issued, pending] = await Promise.all([
        tx.addressLinks.issue(mail, this.policy),
        tx.registrations.findOnly(identifier),
      ]);
      const throttled = issued === 'throttled';
      tx.audit.append({
        action: throttled ? 'link.throttled' : 'link.requested',
        result: throttled ? 'failure' : 'success',
        occurredAt: now,
        origin,
        metadata: { purpose: 'verify-email', kind: identifier.kind },
      });
      if (throttled) return;
      // For nobody, where there is nothing to renew: the same statements either way.
      const userId = pending?.userId ?? this.ids.next();
      const link = this.links.issue('verify-email', userId);
      tx.registrations.renewLink(userId, link.mac, expiresAt);
      const mailing = { id: this.ids.next(), identifier, locale, now, expiresAt };
      const token = pending && link.token;
      tx.outbox.append(verificationRequested(mailing, token, pending?.createdAt ?? now), { urgent: true });
    });
  }
}
