import type { AuditTrail } from '#domain/audit';
import {
  addMilliseconds,
  type Clock,
  type IdGenerator,
  type Outbox,
  type RequestOrigin,
  type UnitOfWork,
} from '#domain/kernel';
import { resetRequested } from '../model/link-events.js';
import type { LinkPolicy } from '../model/link.js';
import type { AddressLinks } from '../ports/address-links.port.js';
import type { LinkTokens } from '../ports/link-tokens.port.js';
import type { MailAddresses } from '../services/mail-addresses.js';

export interface RequestPasswordResetCommand {
  /** An email address: links travel by mail. */
  readonly identifier: string;
  readonly locale: string | null;
  readonly origin: RequestOrigin;
  /** The administrator who starts it for somebody else. */
  readonly actorId?: string;
}

export interface RequestPasswordResetTx {
  readonly addressLinks: AddressLinks;
  readonly audit: AuditTrail;
  readonly outbox: Outbox;
}

/**
 * Makes a link to choose a new password, for an address that has an account and for one that has none: it never
 * looks. Whether anybody is written to is decided by the worker, where nobody can time it.
 */
export class RequestPasswordReset {
  constructor(
    private readonly addresses: MailAddresses,
    private readonly links: LinkTokens,
    private readonly unitOfWork: UnitOfWork<RequestPasswordResetTx>,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: LinkPolicy,
  ) {}

  /**
   * Ends the same way when the address had its share of mails: nothing is sent then, and the newest link stays in
   * force. Throws `invalid-identifier` or `channel-unavailable`.
   */
  async execute({ identifier: typed, locale, origin, actorId }: RequestPasswordResetCommand): Promise<void> {
    const identifier = this.addresses.read(typed, 'identifier');
    const now = this.clock.now();
    const expiresAt = addMilliseconds(now, this.policy.resetLifetime);
    const subject = this.links.subjectOf(identifier);
    const { token, mac } = this.links.issue('reset-password', subject);
    const request = {
      subject,
      purpose: 'reset-password',
      identifier,
      mac,
      issuedAt: now,
      expiresAt,
    } as const;
    await this.unitOfWork.run(async (tx) => {
      const throttled = (await tx.addressLinks.issue(request, this.policy)) === 'throttled';
      tx.audit.append({
        action: throttled ? 'link.throttled' : 'link.requested',
        result: throttled ? 'failure' : 'success',
        occurredAt: now,
        origin,
        ...(actorId !== undefined && { actorId }),
        metadata: { purpose: 'reset-password', kind: identifier.kind },
      });
      if (throttled) return;
      const mailing = { id: this.ids.next(), identifier, locale, now, expiresAt };
      tx.outbox.append(resetRequested(mailing, token), { urgent: true });
    });
  }
}
