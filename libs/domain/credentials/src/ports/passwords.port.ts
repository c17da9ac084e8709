import type { PasswordHash } from '../model/password-hash.vo.js';

export interface StoredPassword {
  readonly userId: string;
  readonly hash: PasswordHash;
  /** Grows with each new password, and not when the same one is hashed anew. */
  readonly version: number;
  readonly changedAt: Date;
}

/** Passwords inside a unit of work. Writes are write-behind: they are stored with the commit. */
export interface Passwords {
  find(userId: string): Promise<StoredPassword | null>;
  /** A new password in place of whatever there was. */
  set(userId: string, hash: PasswordHash, now: Date): void;
  /** The same password under another hash; nothing happens when the stored one is no longer `from`. */
  upgrade(from: StoredPassword, to: PasswordHash): void;
}
