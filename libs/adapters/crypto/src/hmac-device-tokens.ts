import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { parse as uuidBytes, stringify as uuidText } from 'uuid';
import type { DeviceTokens, KnownDevice } from '#domain/session';
import { days, Secret } from '#domain/kernel';
import type { ServerKey } from './server-key.js';

const PREFIX = 'ghd_';
const BODY_BYTES = 16 + 16 + 6;
const MAC_BYTES = 32;
const TOKEN_LENGTH = PREFIX.length + Math.ceil(((BODY_BYTES + MAC_BYTES) * 4) / 3);

/** Renewed by each sign-in; browsers keep no cookie for longer. */
const LIFETIME = days(400);

/** `ghd_` and, in base64url: user id, device id, time of issue (48 bits of milliseconds), HMAC-SHA-256 over the three. */
export class HmacDeviceTokens implements DeviceTokens {
  readonly #key: KeyObject;

  constructor(serverKey: ServerKey) {
    this.#key = serverKey.derive('device-token-mac');
  }

  issue({ userId, deviceId }: KnownDevice, now: Date): Secret {
    const body = Buffer.alloc(BODY_BYTES);
    body.set(uuidBytes(userId), 0);
    body.set(uuidBytes(deviceId), 16);
    body.writeUIntBE(now.getTime(), 32, 6);
    return new Secret(PREFIX + Buffer.concat([body, this.#mac(body)]).toString('base64url'));
  }

  read(token: string, now: Date): KnownDevice | null {
    if (token.length !== TOKEN_LENGTH || !token.startsWith(PREFIX)) return null;
    const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
    if (bytes.length !== BODY_BYTES + MAC_BYTES) return null;
    const body = bytes.subarray(0, BODY_BYTES);
    if (!timingSafeEqual(bytes.subarray(BODY_BYTES), this.#mac(body))) return null;
    if (body.readUIntBE(32, 6) + LIFETIME <= now.getTime()) return null;
    return { userId: uuidText(body, 0), deviceId: uuidText(body, 16) };
  }

  #mac(body: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}
