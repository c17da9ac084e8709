import { recipientsOf, type Recipient, type User } from '#domain/identity';
import type { DomainEvent } from '#domain/kernel';

export interface PasswordChangedPayload {
  readonly userId: string;
  /** Everywhere the owner can be reached: one of the addresses may be in the hands of whoever changed it. */
  readonly notify: readonly Recipient[];
  readonly locale: string | null;
  readonly occurredAt: string;
}

export const passwordChanged = (
  id: string,
  user: User,
  now: Date,
): DomainEvent<'credentials.password-changed', PasswordChangedPayload> => ({
  id,
  type: 'credentials.password-changed',
  occurredAt: now,
  payload: {
    userId: user.id,
    notify: recipientsOf(user),
    locale: user.profile.locale,
    occurredAt: now.toISOString(),
  },
});

export interface LockedOutPayload {
  readonly userId: string;
  readonly notify: readonly Recipient[];
  readonly locale: string | null;
  readonly until: string;
  /** Where the last guess came from. */
  readonly address: string;
}

export const lockedOut = (
  id: string,
  user: User,
  until: Date,
  address: string,
  now: Date,
): DomainEvent<'credentials.locked-out', LockedOutPayload> => ({
  id,
  type: 'credentials.locked-out',
  occurredAt: now,
  payload: {
    userId: user.id,
    notify: recipientsOf(user),
    locale: user.profile.locale,
    until: until.toISOString(),
    address,
  },
});
