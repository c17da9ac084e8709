import { token, type Secret } from '#domain/kernel';
import type { PasswordHash } from '../model/password-hash.vo.js';

/**
 * Slow hashing, off the event loop and in a bounded queue. Passwords are normalised here (NFKC), so that what
 * looks the same on two keyboards is the same.
 *
 * `hash` and `verify` throw `hashing-busy` (unavailable) when the queue is full.
 */
export interface PasswordHasher {
  hash(password: Secret): Promise<PasswordHash>;
  /**
   * Null stands for an account that does not exist or has no password: it never matches, and costs what
   * verifying a hash of the configured scheme costs.
   */
  verify(password: Secret, hash: PasswordHash | null): Promise<boolean>;
  /** Whether the hash was made with another scheme or other parameters than are configured now. */
  isOutdated(hash: PasswordHash): boolean;
  /** Whether it can be verified at a bearable cost; asked before a hash from elsewhere is stored. */
  supports(hash: PasswordHash): boolean;
}

export const PASSWORD_HASHER = token<PasswordHasher>('PasswordHasher');
