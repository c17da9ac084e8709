import { createHash } from 'node:crypto';
import type { AuditSeals, SealSignature } from '#domain/audit';

/** Real hashes; signatures that only the holder of the secret can make, as far as a test is concerned. */
export class TestSeals implements AuditSeals {
  constructor(private readonly secret = 'a secret') {}

  digest(text: string): string {
    return createHash('sha256').update(text).digest('base64url');
  }

  sign(text: string): SealSignature {
    return { keyId: 'key', signature: this.digest(this.secret + text) };
  }

  verify(text: string, { keyId, signature }: SealSignature): boolean {
    return keyId === 'key' && signature === this.sign(text).signature;
  }
}
