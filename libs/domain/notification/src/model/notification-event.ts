import type { DomainEvent } from '#domain/kernel';
import type { Channel } from './message.js';
import type { AccountAlert, OperatorAlert, OtpPurpose } from './notification.js';

export interface Recipient {
  readonly channel: Channel;
  readonly to: string;
}

interface Localized {
  /** A BCP 47 tag; null when the person has chosen none. */
  readonly locale: string | null;
}

interface IdentifierChange extends Localized {
  readonly userId: string;
  readonly notify: readonly Recipient[];
  readonly identifierHint: string;
}

interface LinkMail extends Recipient, Localized {
  readonly expiresAt: string;
}

/**
 * The events of other contexts that people are told about. Their payloads match structurally and have been
 * through JSON, so an instant inside one is an ISO 8601 string.
 */
export type NotificationEvent =
  | DomainEvent<
      'otp.requested',
      Recipient &
        Localized & {
          readonly code: string;
          readonly expiresAt: string;
          readonly purpose: OtpPurpose;
          /** Set while sign-up is closed: a stranger gets no message, and nobody can time the difference. */
          readonly onlyKnownAccounts: boolean;
        }
    >
  | DomainEvent<
      'user.registered',
      Recipient & Localized & { readonly userId: string; readonly displayName: string | null }
    >
  | DomainEvent<
      'session.opened-on-new-device',
      Recipient &
        Localized & {
          readonly userId: string;
          readonly displayName: string | null;
          readonly address: string;
          readonly userAgent: string;
          readonly occurredAt: string;
        }
    >
  | DomainEvent<'user.identifier-added', IdentifierChange>
  | DomainEvent<'user.identifier-removed', IdentifierChange>
  | DomainEvent<
      'user.deleted',
      Recipient & Localized & { readonly userId: string; readonly restorableUntil: string }
    >
  | DomainEvent<
      'credentials.verification-requested',
      LinkMail & {
        /** Null where nobody waits to be verified: then nobody is written to. */
        readonly token: string | null;
        readonly registeredAt: string;
      }
    >
  | DomainEvent<'credentials.reset-requested', LinkMail & { readonly token: string }>
  | DomainEvent<
      'credentials.password-changed',
      Localized & { readonly userId: string; readonly notify: readonly Recipient[] }
    >
  | DomainEvent<
      'credentials.locked-out',
      Localized & {
        readonly userId: string;
        readonly notify: readonly Recipient[];
        readonly until: string;
        readonly address: string;
      }
    >
  | DomainEvent<
      'account.alerted',
      Localized & {
        readonly userId: string;
        readonly notify: readonly Recipient[];
        readonly notice: AccountAlert;
        readonly at: string;
        readonly address: string;
        readonly country: string | null;
      }
    >
  | DomainEvent<
      'alert.mailed',
      Localized & {
        readonly notify: readonly Recipient[];
        readonly alert: {
          readonly phase: 'opened' | 'grown' | 'closed';
          readonly id: string;
          readonly kind: OperatorAlert;
          readonly severity: string;
          readonly openedAt: string;
          readonly lastAt: string;
          readonly count: number;
          readonly accounts: { readonly distinct: number };
          readonly addresses: { readonly distinct: number };
        };
      }
    >;

const TYPES: Record<NotificationEvent['type'], true> = {
  'otp.requested': true,
  'user.registered': true,
  'session.opened-on-new-device': true,
  'user.identifier-added': true,
  'user.identifier-removed': true,
  'user.deleted': true,
  'credentials.verification-requested': true,
  'credentials.reset-requested': true,
  'credentials.password-changed': true,
  'credentials.locked-out': true,
  'account.alerted': true,
  'alert.mailed': true,
};

/** Trusts the payload to match its type: events come out of our own outbox. */
export const isNotificationEvent = (event: DomainEvent): event is NotificationEvent =>
  Object.hasOwn(TYPES, event.type);
