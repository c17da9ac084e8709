import { DomainError, token } from '#domain/kernel';
import type { Identifier } from '#domain/identity';

export interface RegistrationPolicy {
  /** `plain` tells a taken email address; `uniform` answers the same and tells its owner by mail. */
  readonly answers: 'uniform' | 'plain';
  /** Milliseconds after which an account that nobody proved is erased. */
  readonly pendingLifetime: number;
}

export const REGISTRATION_POLICY = token<RegistrationPolicy>('RegistrationPolicy');

/** Open registrations of one address. One more drops the oldest, so that nobody can keep others out. */
export const MAX_PENDING_PER_ADDRESS = 5;

/** A claim to an address, beside the pending account that was made for it. */
export interface PendingRegistration {
  readonly userId: string;
  readonly identifier: Identifier;
  /** Wanted, and taken when the account is activated. */
  readonly username: Identifier | null;
  readonly linkMac: string;
  readonly linkExpiresAt: Date;
  readonly createdAt: Date;
}

/** Usernames are public, so this is no secret. */
export const usernameTaken = (): DomainError =>
  DomainError.conflict('username-taken', 'This username belongs to somebody else');
