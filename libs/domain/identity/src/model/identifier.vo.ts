import { DomainError } from '#domain/kernel';

export type IdentifierKind = 'email' | 'phone';

/** Longest address that SMTP can carry in a path (RFC 5321 4.5.3.1.3, less the angle brackets). */
const EMAIL_MAX_LENGTH = 254;
const E164 = /^\+[1-9]\d{6,14}$/;
/** Canonical form only: ASCII (the domain already in its IDNA A-label form), lower case, dot-atom local part. */
const CANONICAL_EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * An address under which a person can be reached and therefore recognised. Two identifiers that reach the
 * same mailbox or phone are equal as strings, because only the canonical form can be constructed: E.164 for
 * phones, a lower-case address with an IDNA domain for email. Turning what people type into that form is
 * the `IdentifierParser` port's work.
 */
export class Identifier {
  private constructor(
    readonly kind: IdentifierKind,
    readonly value: string,
  ) {}

  /** Rebuilds an identifier from its canonical parts. Throws `invalid-identifier` for any other form. */
  static of(kind: IdentifierKind, value: string): Identifier {
    const canonical =
      kind === 'phone' ? E164.test(value) : value.length <= EMAIL_MAX_LENGTH && CANONICAL_EMAIL.test(value);
    if (!canonical) throw invalidIdentifier();
    return new Identifier(kind, value);
  }

  equals(other: Identifier): boolean {
    return this.kind === other.kind && this.value === other.value;
  }

  /** Enough for its owner to recognise, too little for anyone else: fit for notices and responses. */
  get hint(): string {
    if (this.kind === 'phone') return `${this.value.slice(0, 3)}•••${this.value.slice(-2)}`;
    const at = this.value.indexOf('@');
    return `${this.value.slice(0, 1)}•••${this.value.slice(at)}`;
  }

  /** An identifier must not reach a log through an implicit conversion; see `hint`. */
  toString(): string {
    return `${this.kind}:${this.hint}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

export const invalidIdentifier = (): DomainError =>
  DomainError.invalid(
    'invalid-identifier',
    'identifier must be an email address or a phone number in international form',
    'identifier',
  );
