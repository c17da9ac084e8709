import { addMilliseconds, type DomainEvent } from '#domain/kernel';
import type { Identifier } from './identifier.vo.js';
import type { User, VerifiedIdentifier } from './user.entity.js';

/** Where a message to a person goes. A phone is reached by SMS, an address by email. */
export interface Recipient {
  readonly channel: 'sms' | 'email';
  readonly to: string;
}

export function recipientOf(identifier: Identifier): Recipient {
  if (!identifier.isReachable) throw new Error('A username cannot be written to');
  return { channel: identifier.kind === 'phone' ? 'sms' : 'email', to: identifier.value };
}

/** Everywhere that the person can be reached. */
export const recipientsOf = (user: User): readonly Recipient[] =>
  user.identifiers.flatMap(({ identifier }) => (identifier.isReachable ? [recipientOf(identifier)] : []));

export const userRegistered = (id: string, user: User, proved: Identifier, now: Date): DomainEvent => ({
  id,
  type: 'user.registered',
  occurredAt: now,
  payload: {
    userId: user.id,
    ...recipientOf(proved),
    displayName: user.profile.displayName,
    locale: user.profile.locale,
  },
});

/**
 * Tells every other identifier of the account, because the one that changed may be in the hands of whoever
 * changed it (OWASP ASVS 5, 6.3.7).
 */
export const identifierChanged = (
  type: 'user.identifier-added' | 'user.identifier-removed',
  id: string,
  before: User,
  changed: VerifiedIdentifier,
  now: Date,
): DomainEvent => ({
  id,
  type,
  occurredAt: now,
  payload: {
    userId: before.id,
    notify: recipientsOf(before),
    identifierHint: changed.identifier.hint,
    locale: before.profile.locale,
  },
});

export const userDeleted = (id: string, user: User, reservedFor: number, now: Date): DomainEvent => ({
  id,
  type: 'user.deleted',
  occurredAt: now,
  payload: {
    userId: user.id,
    ...recipientOf(primaryIdentifier(user)),
    locale: user.profile.locale,
    restorableUntil: addMilliseconds(now, reservedFor).toISOString(),
  },
});

/** Messages about the account go to its email address when it has one: it costs nothing and keeps. */
export function primaryIdentifier(user: User): Identifier {
  const preferred =
    user.identifiers.find(({ identifier }) => identifier.kind === 'email') ??
    user.identifiers.find(({ identifier }) => identifier.isReachable);
  if (!preferred) throw new Error(`User ${user.id} holds no identifier`);
  return preferred.identifier;
}
