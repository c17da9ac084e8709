import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { parse as uuidBytes, stringify as uuidText } from 'uuid';
import { Secret } from '#domain/kernel';
import type { RefreshReference, RefreshTokens } from '#domain/session';
import type { ServerKey } from './server-key.js';

/** Recognisable to secret scanners, and to a person who finds one in a log that is not ours. */
const PREFIX = 'ghr_';
const BODY_BYTES = 16 + 16 + 4;
const MAC_BYTES = 32;
const TOKEN_LENGTH = PREFIX.length + Math.ceil(((BODY_BYTES + MAC_BYTES) * 4) / 3);

/** `ghr_` and, in base64url: user id, session id, generation (uint32), HMAC-SHA-256 over the three. */
export class HmacRefreshTokens implements RefreshTokens {
  readonly #key: KeyObject;

  constructor(serverKey: ServerKey) {
    this.#key = serverKey.derive('refresh-token-mac');
  }

  issue({ userId, sessionId, generation }: RefreshReference): Secret {
    const body = Buffer.alloc(BODY_BYTES);
    body.set(uuidBytes(userId), 0);
    body.set(uuidBytes(sessionId), 16);
    body.writeUInt32BE(generation, 32);
    return new Secret(PREFIX + Buffer.concat([body, this.#mac(body)]).toString('base64url'));
  }

  read(token: string): RefreshReference | null {
    if (token.length !== TOKEN_LENGTH || !token.startsWith(PREFIX)) return null;
    const text = token.slice(PREFIX.length);
    const bytes = Buffer.from(text, 'base64url');
    // Node reads more than it writes, such as stray bits at the end; a reference has one token.
    if (bytes.toString('base64url') !== text) return null;
    const body = bytes.subarray(0, BODY_BYTES);
    if (!timingSafeEqual(bytes.subarray(BODY_BYTES), this.#mac(body))) return null;
    return {
      userId: uuidText(body, 0),
      sessionId: uuidText(body, 16),
      generation: body.readUInt32BE(32),
    };
  }

  #mac(body: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}
