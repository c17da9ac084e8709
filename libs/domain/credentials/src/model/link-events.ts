import type { Identifier, Profile } from '#domain/identity';
import type { DomainEvent, Secret } from '#domain/kernel';

interface LinkMail {
  readonly channel: 'email';
  readonly to: string;
  readonly locale: string | null;
  readonly expiresAt: string;
}

export interface VerificationRequestedPayload extends LinkMail {
  /** Null where there is nothing to verify, so that asking costs the same. */
  readonly token: string | null;
  /** When somebody registered with the address. */
  readonly registeredAt: string;
}

export interface ResetRequestedPayload extends LinkMail {
  readonly token: string;
}

interface Mailing {
  readonly id: string;
  readonly identifier: Identifier;
  readonly locale: Profile['locale'];
  readonly now: Date;
  readonly expiresAt: Date;
}

const mailTo = ({ identifier, locale, expiresAt }: Mailing): LinkMail => ({
  channel: 'email',
  to: identifier.value,
  locale,
  expiresAt: expiresAt.toISOString(),
});

/** Who the address belongs to is looked up when the mail is written, where nobody can time it. */
export const verificationRequested = (
  mailing: Mailing,
  token: Secret | null,
  registeredAt: Date,
): DomainEvent<'credentials.verification-requested', VerificationRequestedPayload> => ({
  id: mailing.id,
  type: 'credentials.verification-requested',
  occurredAt: mailing.now,
  payload: {
    ...mailTo(mailing),
    token: token?.expose() ?? null,
    registeredAt: registeredAt.toISOString(),
  },
});

export const resetRequested = (
  mailing: Mailing,
  token: Secret,
): DomainEvent<'credentials.reset-requested', ResetRequestedPayload> => ({
  id: mailing.id,
  type: 'credentials.reset-requested',
  occurredAt: mailing.now,
  payload: { ...mailTo(mailing), token: token.expose() },
});
