import type { Identifier } from '#domain/identity';
import { token } from '#domain/kernel';
import type { LinkPurpose, LinkReference, NewLink } from '../model/link.js';

/**
 * The cryptography of mailed links: 256 random bits beside what routes them, and a MAC of both, bound to the
 * purpose. A copy of the database holds nothing that could be mailed.
 */
export interface LinkTokens {
  /** `subject` is a UUID. */
  issue(purpose: LinkPurpose, subject: string): NewLink;
  /** Null for what cannot be a token. Says nothing about whether there is such a link. */
  read(purpose: LinkPurpose, token: string): LinkReference | null;
  /** Stands for an address without showing it: a link must not carry it through histories and logs. */
  subjectOf(identifier: Identifier): string;
}

export const LINK_TOKENS = token<LinkTokens>('LinkTokens');
