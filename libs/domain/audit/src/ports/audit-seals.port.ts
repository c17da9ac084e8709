import { token } from '#domain/kernel';
import type { SealSignature } from '../model/seal.js';

/** Hashes, and signatures under a key that serves for nothing else and that the store does not have. */
export interface AuditSeals {
  /** SHA-256 (FIPS 180-4) of the text in UTF-8, in base64url. */
  digest(text: string): string;
  sign(text: string): SealSignature;
  /** True for whatever was signed with this or an earlier key; false for a key that was never ours. */
  verify(text: string, signature: SealSignature): boolean;
}

export const AUDIT_SEALS = token<AuditSeals>('AuditSeals');
