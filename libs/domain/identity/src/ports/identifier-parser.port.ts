import { token } from '#domain/kernel';
import type { Identifier } from '../model/identifier.vo.js';

/**
 * Reads what a person typed as an identifier in canonical form: phone numbers by the ITU numbering plans
 * into E.164, email domains by IDNA (UTS #46). Look-alike Unicode that does not map to itself is refused
 * rather than guessed at, so that nobody receives somebody else's code.
 *
 * Throws `DomainError` `invalid-identifier`; never blocks on I/O, and takes bounded time on hostile input.
 */
export interface IdentifierParser {
  /** An email address or a phone number: what a message can be sent to. */
  parse(input: string): Identifier;
  /** The same, or a username: what a password can belong to. */
  parseLogin(input: string): Identifier;
  /** A username that somebody wants. Throws `invalid-username`. */
  parseUsername(input: string): Identifier;
}

export const IDENTIFIER_PARSER = token<IdentifierParser>('IdentifierParser');
