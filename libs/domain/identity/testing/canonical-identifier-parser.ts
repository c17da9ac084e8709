import { Identifier, type IdentifierParser } from '#domain/identity';

const parse = (input: string): Identifier => Identifier.of(input.includes('@') ? 'email' : 'phone', input);

/** Takes identifiers in canonical form only. */
export const canonicalIdentifierParser: IdentifierParser = {
  parse,
  parseLogin: (input) => (/[@+]/.test(input) ? parse(input) : Identifier.of('username', input)),
  parseUsername: (input) => Identifier.of('username', input),
};
