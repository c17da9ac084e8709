import { DomainError } from '#domain/kernel';

/** What a message can be sent to. */
export type ReachableKind = 'email' | 'phone';
export type IdentifierKind = ReachableKind | 'username';

/** Longest address that SMTP can carry in a path (RFC 5321 4.5.3.1.3, less the angle brackets). */
const EMAIL_MAX_LENGTH = 254;
const E164 = /^\+[1-9]\d{6,14}$/;
/** Canonical form only: ASCII (the domain already in its IDNA A-label form), lower case, dot-atom local part. */
const CANONICAL_EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;
/** Words joined by single dots, hyphens or underscores, with a letter in them: no number, no address. */
const CANONICAL_USERNAME = /^(?=.*\p{L})[\p{L}\p{M}0-9]+(?:[._-][\p{L}\p{M}0-9]+)*$/u;
const USERNAME_LENGTH = { minimum: 3, maximum: 32 } as const;

/**
 * An address under which a person can be reached and therefore recognised, or the name that the person chose.
 * Two identifiers that reach the same mailbox or phone are equal as strings, because only the canonical form
 * can be constructed: E.164 for phones, a lower-case address with an IDNA domain for email, folded NFKC for
 * usernames. Turning what people type into that form is the `IdentifierParser` port's work.
 */
export class Identifier {
  private constructor(
    readonly kind: IdentifierKind,
    readonly value: string,
  ) {}

  /** Rebuilds an identifier from its canonical parts. Throws `invalid-identifier` for any other form. */
  static of(kind: IdentifierKind, value: string): Identifier {
    if (!CANONICAL[kind](value)) throw kind === 'username' ? invalidUsername() : invalidIdentifier();
    return new Identifier(kind, value);
  }

  /** Whether a message can be sent to it, and so a code or a link can prove it. */
  get isReachable(): boolean {
    return this.kind !== 'username';
  }

  equals(other: Identifier): boolean {
    return this.kind === other.kind && this.value === other.value;
  }

  /** Enough for its owner to recognise, too little for anyone else: fit for notices and responses. */
  get hint(): string {
    if (this.kind === 'phone') return `${this.value.slice(0, 3)}•••${this.value.slice(-2)}`;
    if (this.kind === 'username') return `${Array.from(this.value)[0]}•••`;
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

const CANONICAL: Readonly<Record<IdentifierKind, (value: string) => boolean>> = {
  phone: (value) => E164.test(value),
  email: (value) => value.length <= EMAIL_MAX_LENGTH && CANONICAL_EMAIL.test(value),
  username: (value) => {
    // In UTF-16 first, so that hostile input is refused before anything walks through it.
    if (value.length > 2 * USERNAME_LENGTH.maximum || !CANONICAL_USERNAME.test(value)) return false;
    const length = Array.from(value).length;
    const bounded = length >= USERNAME_LENGTH.minimum && length <= USERNAME_LENGTH.maximum;
    return bounded && value === value.normalize('NFKC') && value === value.toLowerCase();
  },
};

export const invalidIdentifier = (): DomainError =>
  DomainError.invalid(
    'invalid-identifier',
    'identifier must be an email address or a phone number in international form',
    'identifier',
  );

export const invalidUsername = (): DomainError =>
  DomainError.invalid(
    'invalid-username',
    `a username has ${USERNAME_LENGTH.minimum} to ${USERNAME_LENGTH.maximum} letters of one script and digits, joined by . _ or -`,
    'username',
  );
