import bcrypt from 'bcrypt';
import { createHmac } from 'node:crypto';
import { PasswordHash } from '#domain/credentials';
import type { ConfigurableScheme, PasswordScheme } from './password-scheme.js';

const PREFIX = '$bcrypt-sha384';
const COST = 12;
/** Close to a second. */
const MAX_COST = 14;
const MODULAR = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

const isBearable = (modular: string): boolean => {
  const cost = Number(MODULAR.exec(modular)?.[1]);
  return cost >= 4 && cost <= MAX_COST;
};

/** The letters name bugs of old implementations; this one has none of them, and knows no `y`. */
const compare = (password: string, modular: string): Promise<boolean> =>
  bcrypt.compare(password, modular.replace('$2y$', '$2b$'));

/**
 * bcrypt of a keyed digest of the password, because bcrypt itself reads 72 bytes and not one more: 64 characters of
 * base64, without a NUL. The key is no secret; it keeps the inner digest from being one that somebody else
 * leaked. Stored as `$bcrypt-sha384$2b$12$...`.
 */
export class BcryptScheme implements ConfigurableScheme {
  constructor(private readonly cost = COST) {}

  async hash(password: string): Promise<PasswordHash> {
    return PasswordHash.of(PREFIX + (await bcrypt.hash(digest(password), this.cost)));
  }

  supports(hash: PasswordHash): boolean {
    return hash.scheme === 'bcrypt-sha384' && isBearable(modularOf(hash));
  }

  verify(password: string, hash: PasswordHash): Promise<boolean> {
    return compare(digest(password), modularOf(hash));
  }

  isCurrent(hash: PasswordHash): boolean {
    return this.supports(hash) && bcrypt.getRounds(modularOf(hash)) === this.cost;
  }
}

const modularOf = (hash: PasswordHash): string => hash.expose().slice(PREFIX.length);

const digest = (password: string): string =>
  createHmac('sha384', 'gatehouse/bcrypt-sha384').update(password).digest('base64');

/**
 * bcrypt as other systems export it. They cut a longer password off after 72 bytes: it is refused rather than
 * compared in part, after the same work.
 */
export class PlainBcryptScheme implements PasswordScheme {
  supports(hash: PasswordHash): boolean {
    return hash.scheme === 'bcrypt' && isBearable(hash.expose());
  }

  async verify(password: string, hash: PasswordHash): Promise<boolean> {
    const matches = await compare(password, hash.expose());
    return matches && Buffer.byteLength(password) <= 72;
  }
}
