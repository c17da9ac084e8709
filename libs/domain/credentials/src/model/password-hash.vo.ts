import { DomainError } from '#domain/kernel';

/** How a password was hashed. Those without a say in the settings are what other systems export. */
export type PasswordScheme =
  | 'argon2id'
  | 'argon2i'
  | 'argon2d'
  | 'bcrypt'
  | 'bcrypt-sha384'
  | 'scrypt'
  | 'pbkdf2-sha1'
  | 'pbkdf2-sha256'
  | 'pbkdf2-sha512';

const SCHEMES: Readonly<Record<string, PasswordScheme>> = {
  argon2id: 'argon2id',
  argon2i: 'argon2i',
  argon2d: 'argon2d',
  '2a': 'bcrypt',
  '2b': 'bcrypt',
  '2y': 'bcrypt',
  'bcrypt-sha384': 'bcrypt-sha384',
  scrypt: 'scrypt',
  pbkdf2: 'pbkdf2-sha1',
  'pbkdf2-sha1': 'pbkdf2-sha1',
  'pbkdf2-sha256': 'pbkdf2-sha256',
  'pbkdf2-sha512': 'pbkdf2-sha512',
};

const MAX_LENGTH = 512;
const ENCODED = /^\$([a-z0-9-]{2,16})\$[\w./+=,$-]+$/;

/**
 * A hashed password as text that says its own scheme, parameters and salt: the PHC string format, or the older
 * modular crypt format of bcrypt. No password can be read from it, but it can be guessed at offline, so it
 * keeps out of logs as a secret does.
 */
export class PasswordHash {
  readonly #encoded: string;

  private constructor(
    readonly scheme: PasswordScheme,
    encoded: string,
  ) {
    this.#encoded = encoded;
  }

  /** Throws `unsupported-password-hash` for what names no known scheme; its parameters are the hasher's to judge. */
  static of(encoded: string): PasswordHash {
    const [, id = ''] = encoded.length <= MAX_LENGTH ? (ENCODED.exec(encoded) ?? []) : [];
    const scheme = Object.hasOwn(SCHEMES, id) ? SCHEMES[id] : undefined;
    if (!scheme) throw unsupportedPasswordHash();
    return new PasswordHash(scheme, encoded);
  }

  expose(): string {
    return this.#encoded;
  }

  equals(other: PasswordHash): boolean {
    return this.#encoded === other.#encoded;
  }

  toString(): string {
    return `[${this.scheme} hash]`;
  }

  toJSON(): string {
    return this.toString();
  }
}

export const unsupportedPasswordHash = (): DomainError =>
  DomainError.invalid('unsupported-password-hash', 'This is no password hash that can be verified here');
