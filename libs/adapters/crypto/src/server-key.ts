import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Secret } from '#domain/kernel';

const KEY_BYTES = 32;

/** What a derived key is for. One key never serves two purposes (NIST SP 800-57, 5.2). */
export type KeyPurpose =
  | 'otp-mac'
  | 'challenge-seal'
  | 'refresh-token-mac'
  | 'device-token-mac'
  | 'csrf-mac'
  | 'link-mac'
  | 'link-subject'
  | 'outbox-payload';

/**
 * The deployment's one symmetric root, from which each purpose gets its own key by HKDF (RFC 5869). Losing
 * it ends every session and open challenge, and nothing else.
 */
export class ServerKey {
  readonly #root: Buffer;

  private constructor(root: Buffer) {
    this.#root = root;
  }

  /** From configuration: 32 bytes in base64. Throws when it is anything else. */
  static fromBase64(encoded: Secret): ServerKey {
    const root = Buffer.from(encoded.expose(), 'base64');
    if (root.length !== KEY_BYTES) throw new Error(`The server key must be ${KEY_BYTES} bytes in base64`);
    return new ServerKey(root);
  }

  /**
   * From a file, made on the first start. `link` refuses to replace, so of two processes that start at once
   * both end up with the key that won.
   */
  static fromFile(path: string): ServerKey {
    try {
      return ServerKey.#read(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const draft = join(dirname(path), `.server-key-${randomBytes(8).toString('hex')}`);
    writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flush: true });
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
    return ServerKey.#read(path);
  }

  static #read(path: string): ServerKey {
    return ServerKey.fromBase64(new Secret(readFileSync(path, 'utf8').trim()));
  }

  derive(purpose: KeyPurpose): KeyObject {
    const derived = hkdfSync('sha256', this.#root, Buffer.alloc(0), `gatehouse/${purpose}/v1`, KEY_BYTES);
    return createSecretKey(Buffer.from(derived));
  }
}
