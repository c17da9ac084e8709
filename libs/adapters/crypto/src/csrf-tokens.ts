import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { parse as uuidBytes } from 'uuid';
import type { RefreshReference } from '#domain/session';
import type { ServerKey } from './server-key.js';

const GENERATION_BYTES = 4;
const MAC_BYTES = 32;
const TOKEN_LENGTH = ((GENERATION_BYTES + MAC_BYTES) * 4) / 3;

/**
 * Tokens for the signed double submit (OWASP CSRF Prevention Cheat Sheet): base64url of the session's generation
 * and an HMAC over session and generation. Derived like the refresh token beside them, so that parallel rotations
 * agree on one successor and none has to be remembered.
 */
export class CsrfTokens {
  readonly #key: KeyObject;

  constructor(serverKey: ServerKey) {
    this.#key = serverKey.derive('csrf-mac');
  }

  issue({ sessionId, generation }: Pick<RefreshReference, 'sessionId' | 'generation'>): string {
    const body = Buffer.alloc(GENERATION_BYTES);
    body.writeUInt32BE(generation);
    const mac = createHmac('sha256', this.#key).update(uuidBytes(sessionId)).update(body).digest();
    return Buffer.concat([body, mac]).toString('base64url');
  }

  /** Whether the token was made for this session, in whichever generation. */
  belongsTo(sessionId: string, token: string): boolean {
    const given = Buffer.from(token);
    if (given.length !== TOKEN_LENGTH) return false;
    const generation = Buffer.from(token, 'base64url').subarray(0, GENERATION_BYTES);
    if (generation.length !== GENERATION_BYTES) return false;
    // As text: Node reads more base64 than it writes.
    const genuine = Buffer.from(this.issue({ sessionId, generation: generation.readUInt32BE() }));
    return timingSafeEqual(given, genuine);
  }
}
