import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditSeals, SealSignature } from '#domain/audit';
import type { Clock } from '#domain/kernel';

interface PrivateSealKey {
  readonly keyId: string;
  readonly createdAt: string;
  readonly key: KeyObject;
}

/**
 * Ed25519 (RFC 8032) key pairs of their own, in the folder `audit` beside the signing keys. The newest private
 * key signs; making a new one deletes the older private keys and keeps their public halves, so that every seal
 * there ever was can be verified and none of them made again.
 */
export class Ed25519AuditSeals implements AuditSeals {
  readonly #directory: string;
  readonly #publicKeys = new Map<string, KeyObject>();

  constructor(
    keysDirectory: string,
    private readonly clock: Clock,
  ) {
    this.#directory = join(keysDirectory, 'audit');
  }

  digest(text: string): string {
    return createHash('sha256').update(text).digest('base64url');
  }

  sign(text: string): SealSignature {
    // Read each time: a batch every few seconds is rare, and a key that was rotated away is not used again.
    const { keyId, key } = this.#privateKeys()[0] ?? this.#make();
    return { keyId, signature: sign(null, Buffer.from(text), key).toString('base64url') };
  }

  verify(text: string, { keyId, signature }: SealSignature): boolean {
    const key = this.#publicKey(keyId);
    return key !== null && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  }

  /** Makes the key that signs from now on; returns its id. */
  rotate(): string {
    const older = this.#privateKeys();
    const { keyId } = this.#make();
    for (const key of older) rmSync(this.#path(key.keyId, 'pem'));
    return keyId;
  }

  /** Newest first. */
  #privateKeys(): PrivateSealKey[] {
    const keys = this.#files('.pem').map((name) => {
      const pem = readFileSync(join(this.#directory, name), 'utf8');
      const createdAt = /^Created: (\S+)$/m.exec(pem)?.[1] ?? '';
      return { keyId: name.slice(0, -'.pem'.length), createdAt, key: createPrivateKey(pem) };
    });
    return keys.sort((a, b) => (`${a.createdAt} ${a.keyId}` < `${b.createdAt} ${b.keyId}` ? 1 : -1));
  }

  #make(): PrivateSealKey {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const createdAt = this.clock.now().toISOString();
    const keyId = thumbprint(publicKey);
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    // The public half first: nothing is signed that could not be verified.
    this.#write(this.#path(keyId, 'pub'), publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    this.#write(this.#path(keyId, 'pem'), `Created: ${createdAt}\n${pem}`);
    return { keyId, createdAt, key: privateKey };
  }

  #publicKey(keyId: string): KeyObject | null {
    const known = this.#publicKeys.get(keyId);
    if (known) return known;
    if (!this.#files('.pub').includes(`${keyId}.pub`)) return null;
    const key = createPublicKey(readFileSync(this.#path(keyId, 'pub')));
    this.#publicKeys.set(keyId, key);
    return key;
  }

  /** A process that is killed leaves a draft, which nobody reads, and no half a key. */
  #write(path: string, content: string): void {
    const draft = join(this.#directory, `.${randomBytes(8).toString('hex')}`);
    writeFileSync(draft, content, { mode: 0o600, flush: true });
    renameSync(draft, path);
  }

  #path(keyId: string, half: 'pem' | 'pub'): string {
    return join(this.#directory, `${keyId}.${half}`);
  }

  #files(suffix: string): string[] {
    try {
      return readdirSync(this.#directory).filter((name) => name.endsWith(suffix) && !name.startsWith('.'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}

/** RFC 7638, of a key as in RFC 8037. */
function thumbprint(publicKey: KeyObject): string {
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
}
