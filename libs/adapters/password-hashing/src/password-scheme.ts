import type { PasswordHash } from '#domain/credentials';

/**
 * One way to hash, run on libuv's thread pool. Hashes come from elsewhere, too: `supports` refuses parameters that
 * would make one sign-in an attack on memory or cores, and digests so short that they match by chance.
 */
export interface PasswordScheme {
  /** Never throws; false also for a hash of another scheme. */
  supports(hash: PasswordHash): boolean;
  /** Only for what is supported. */
  verify(password: string, hash: PasswordHash): Promise<boolean>;
}

/** A scheme that new passwords can be hashed with. */
export interface ConfigurableScheme extends PasswordScheme {
  hash(password: string): Promise<PasswordHash>;
  /** Whether the hash is as this would make it now. */
  isCurrent(hash: PasswordHash): boolean;
}

/** Bytes. Fewer bits than this in a digest could be met by trying. */
export const isFitDigest = (length: number): boolean => length >= 16 && length <= 64;
