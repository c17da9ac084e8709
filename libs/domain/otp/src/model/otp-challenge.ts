import type { Identifier, Profile } from '#domain/identity';
import { token, type DomainEvent, type RequestOrigin } from '#domain/kernel';

/** What a proved code is good for. A code asked for one purpose proves nothing for another. */
export type OtpPurpose = 'sign-in' | 'register' | 'add-identifier';

/**
 * Names one challenge. Clients hold it sealed, as the `sessionId` of a sign-in: without it a code cannot
 * even be guessed at, and it carries what routes the guess to one row.
 */
export interface ChallengeReference {
  readonly challengeId: string;
  readonly identifier: Identifier;
  readonly purpose: OtpPurpose;
  /** The account that asked, where the purpose has one. */
  readonly userId: string | null;
  /** The identifier of that account which the proved one takes the place of. */
  readonly replaces?: string;
}

/** All durations in milliseconds. */
export interface OtpPolicy {
  readonly lifetime: number;
  readonly maxAttempts: number;
  readonly sendsPerWindow: number;
  readonly sendWindow: number;
  /** The least time between two codes for one identifier. */
  readonly resendDelay: number;
  /** Wrong guesses at one identifier in a UTC day, over all its challenges. */
  readonly maxWrongPerDay: number;
}

export const OTP_POLICY = token<OtpPolicy>('OtpPolicy');

/** A challenge as it is stored: the code only as a MAC under a server key. */
export interface NewChallenge {
  readonly reference: ChallengeReference;
  readonly codeMac: string;
  readonly profile: Profile;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface OtpRequestedPayload {
  readonly channel: 'sms' | 'email';
  readonly to: string;
  readonly code: string;
  readonly locale: string | null;
  readonly expiresAt: string;
  readonly purpose: OtpPurpose;
  readonly onlyKnownAccounts: boolean;
}

export type OtpRequested = DomainEvent<'otp.requested', OtpRequestedPayload>;

/** What the client of a new challenge is told; the same for a known and an unknown identifier. */
export interface IssuedChallenge {
  readonly sessionId: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds. */
  readonly resendIn: number;
}

export interface CodeRequest {
  readonly identifier: Identifier;
  readonly purpose: OtpPurpose;
  readonly userId: string | null;
  readonly replaces?: string;
  readonly profile: Profile;
  readonly locale: string | null;
  readonly origin: RequestOrigin;
}
