import { Identifier, invalidIdentifier, invalidUsername, type IdentifierParser } from '#domain/identity';
import { canonicalEmail } from './canonical-email.js';
import { canonicalPhone } from './canonical-phone.js';
import { canonicalUsername } from './canonical-username.js';

/** More than any address or number has; what is longer is not looked at. */
const MAX_LENGTH = 320;

/** Reads what a person typed: an `@` makes it an email address, a `+` in front a phone number. */
export class TypedIdentifierParser implements IdentifierParser {
  parse(input: string): Identifier {
    if (input.length > MAX_LENGTH) throw invalidIdentifier();
    const typed = input.trim();
    const kind = typed.includes('@') ? 'email' : 'phone';
    const value = kind === 'email' ? canonicalEmail(typed) : canonicalPhone(typed);
    if (value === null) throw invalidIdentifier();
    return Identifier.of(kind, value);
  }

  parseLogin(input: string): Identifier {
    if (input.length > MAX_LENGTH || /[@+]/.test(input)) return this.parse(input);
    const value = canonicalUsername(input.trim());
    if (value === null) throw invalidIdentifier();
    return Identifier.of('username', value);
  }

  parseUsername(input: string): Identifier {
    const value = input.length > MAX_LENGTH ? null : canonicalUsername(input.trim());
    if (value === null) throw invalidUsername();
    return Identifier.of('username', value);
  }
}
