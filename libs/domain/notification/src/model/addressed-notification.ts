import { hours, minutes } from '#domain/kernel';
import type { Channel } from './message.js';
import { negotiateLocale, type Locale } from './locale.js';
import type { NotificationEvent } from './notification-event.js';
import type { Notification } from './notification.js';
import { singleLine } from './single-line.js';

export interface AddressedNotification {
  readonly channel: Channel;
  readonly to: string;
  readonly locale: Locale;
  readonly notification: Notification;
  readonly expiresAt: Date | null;
}

const DISPLAY_NAME_MAX_LENGTH = 40;
const FOREIGN_TEXT_MAX_LENGTH = 120;

/**
 * Who is told what about an event, in an order that a redelivery repeats. `known` is whether an account holds the
 * address, for the events whose message depends on it (see `asksWhetherKnown`).
 */
export function notificationsFor(event: NotificationEvent, known: boolean): readonly AddressedNotification[] {
  const { payload } = event;
  const address = (
    { channel, to }: { channel: Channel; to: string },
    notification: Notification,
    expiresAt: Date | null = null,
  ): AddressedNotification => ({
    channel,
    to,
    locale: negotiateLocale(payload.locale),
    notification,
    expiresAt,
  });

  switch (event.type) {
    case 'otp.requested': {
      const { code, purpose, onlyKnownAccounts } = event.payload;
      if (onlyKnownAccounts && !known) return [];
      const expiresAt = instant(event.payload.expiresAt);
      const validMinutes = validity(event.occurredAt, expiresAt, minutes(1));
      return [address(event.payload, { template: 'otp-code', code, purpose, validMinutes }, expiresAt)];
    }
    case 'user.registered': {
      const displayName = presentableName(event.payload.displayName);
      return [address(event.payload, { template: 'welcome', displayName })];
    }
    case 'session.opened-on-new-device':
      return [
        address(event.payload, {
          template: 'new-sign-in',
          displayName: presentableName(event.payload.displayName),
          address: singleLine(event.payload.address, FOREIGN_TEXT_MAX_LENGTH),
          userAgent: singleLine(event.payload.userAgent, FOREIGN_TEXT_MAX_LENGTH),
          at: instant(event.payload.occurredAt),
        }),
      ];
    case 'user.identifier-added':
    case 'user.identifier-removed': {
      const notice = event.type === 'user.identifier-added' ? 'identifier-added' : 'identifier-removed';
      const identifierHint = singleLine(event.payload.identifierHint, FOREIGN_TEXT_MAX_LENGTH);
      const at = event.occurredAt;
      return event.payload.notify.map((recipient) =>
        address(recipient, { template: 'account-notice', notice, identifierHint, at }),
      );
    }
    case 'user.deleted': {
      const restorableUntil = instant(event.payload.restorableUntil);
      return [
        address(event.payload, { template: 'account-notice', notice: 'account-deleted', restorableUntil }),
      ];
    }
    case 'credentials.verification-requested': {
      const { token } = event.payload;
      const expiresAt = instant(event.payload.expiresAt);
      const at = event.occurredAt;
      if (known) return [address(event.payload, { template: 'already-registered', at }, expiresAt)];
      if (token === null) return [];
      const registeredAt = instant(event.payload.registeredAt);
      const validHours = validity(at, expiresAt, hours(1));
      return [
        address(event.payload, { template: 'verify-email', token, registeredAt, validHours }, expiresAt),
      ];
    }
    case 'credentials.reset-requested': {
      if (!known) return [];
      const { token } = event.payload;
      const expiresAt = instant(event.payload.expiresAt);
      const validMinutes = validity(event.occurredAt, expiresAt, minutes(1));
      return [address(event.payload, { template: 'reset-password', token, validMinutes }, expiresAt)];
    }
    case 'credentials.password-changed': {
      const notice = {
        template: 'account-notice',
        notice: 'password-changed',
        at: event.occurredAt,
      } as const;
      return event.payload.notify.map((recipient) => address(recipient, notice));
    }
    case 'credentials.locked-out': {
      const until = instant(event.payload.until);
      const from = singleLine(event.payload.address, FOREIGN_TEXT_MAX_LENGTH);
      const notice = { template: 'account-notice', notice: 'locked-out', until, address: from } as const;
      return event.payload.notify.map((recipient) => address(recipient, notice));
    }
    case 'account.alerted': {
      const { notice, country } = event.payload;
      const from = singleLine(event.payload.address, FOREIGN_TEXT_MAX_LENGTH);
      const at = instant(event.payload.at);
      return event.payload.notify.map((recipient) =>
        address(recipient, { template: 'account-notice', notice, at, address: from, country }),
      );
    }
    case 'alert.mailed': {
      const { openedAt, lastAt, accounts, addresses, ...alert } = event.payload.alert;
      const notification = {
        template: 'operator-alert',
        ...alert,
        openedAt: instant(openedAt),
        lastAt: instant(lastAt),
        accounts: accounts.distinct,
        addresses: addresses.distinct,
      } as const;
      return event.payload.notify.map((recipient) => address(recipient, notification));
    }
  }
}

/** What nobody may time is decided here, in the worker: whether a stranger or an owner is written to, and what. */
export function asksWhetherKnown({ type, payload }: NotificationEvent): boolean {
  switch (type) {
    case 'otp.requested':
      return payload.onlyKnownAccounts;
    case 'credentials.verification-requested':
    case 'credentials.reset-requested':
      return true;
    default:
      return false;
  }
}

const validity = (from: Date, until: Date, unit: number): number =>
  Math.max(1, Math.round((until.getTime() - from.getTime()) / unit));

function presentableName(name: string | null): string | null {
  return name === null ? null : singleLine(name, DISPLAY_NAME_MAX_LENGTH) || null;
}

/** Throws on anything else: an expiry that is not a time would never come. */
function instant(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new RangeError('Not an instant in an event payload');
  return date;
}
