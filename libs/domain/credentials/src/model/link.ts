import { DomainError, token, type Secret } from '#domain/kernel';
import type { Identifier } from '#domain/identity';

/** What a mailed link is good for. A link made for one purpose proves nothing for another. */
export type LinkPurpose = 'verify-email' | 'reset-password';

/** All durations in milliseconds. */
export interface LinkPolicy {
  readonly verificationLifetime: number;
  readonly resetLifetime: number;
  /** Mails to one address for one purpose within the window. */
  readonly sendsPerWindow: number;
  readonly sendWindow: number;
}

export const LINK_POLICY = token<LinkPolicy>('LinkPolicy');

/** A link's token, in the clear only until it is mailed, and what is kept of it. */
export interface NewLink {
  readonly token: Secret;
  readonly mac: string;
}

/** Read from a token: what routes it to one row, and what has to be found there. */
export interface LinkReference {
  /** The account that the link is about, or its address where no account was looked for. */
  readonly subject: string;
  readonly mac: string;
}

/** A mail that is about to be counted and, where it holds a link that the address is proof for, kept. */
export interface LinkRequest {
  readonly subject: string;
  readonly purpose: LinkPurpose;
  readonly identifier: Identifier;
  /** Null where the link is kept elsewhere. */
  readonly mac: string | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** One answer for a link that never was, was replaced, was spent, or whose account is gone. */
export const linkInvalid = (): DomainError =>
  DomainError.unauthenticated('link-invalid', 'The link is not valid, or was used before');

export const linkRejected = (outcome: 'invalid' | 'expired'): DomainError =>
  outcome === 'invalid'
    ? linkInvalid()
    : DomainError.unauthenticated('link-expired', 'The link has expired; request a new one');
