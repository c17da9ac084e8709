import { Identifier, invalidIdentifier, type IdentifierParser } from '#domain/identity';
import { canonicalEmail } from './canonical-email.js';
import { canonicalPhone } from './canonical-phone.js';

/** More than any address or number has; what is longer is not looked at. */
const MAX_LENGTH = 320;

/** Reads what a person typed: with an `@` it is an email address, else a phone number. */
export class TypedIdentifierParser implements IdentifierParser {
  parse(input: string): Identifier {
    if (input.length > MAX_LENGTH) throw invalidIdentifier();
    const typed = input.trim();
    const kind = typed.includes('@') ? 'email' : 'phone';
    const value = kind === 'email' ? canonicalEmail(typed) : canonicalPhone(typed);
    if (value === null) throw invalidIdentifier();
    return Identifier.of(kind, value);
  }
}
