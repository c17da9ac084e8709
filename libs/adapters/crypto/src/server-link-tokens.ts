import { createHmac, randomBytes, type KeyObject } from 'node:crypto';
import { parse as uuidToBytes, stringify as bytesToUuid, validate as isUuid } from 'uuid';
import type { LinkPurpose, LinkReference, LinkTokens, NewLink } from '#domain/credentials';
import type { Identifier } from '#domain/identity';
import { Secret } from '#domain/kernel';
import type { ServerKey } from './server-key.js';

const SUBJECT_BYTES = 16;
const SECRET_BYTES = 32;
/** Both together, in base64url without padding or spare bits: one way to write each token. */
const TOKEN = /^[\w-]{64}$/;

/** `subject ‖ secret`, short enough for a line of plain text. */
export class ServerLinkTokens implements LinkTokens {
  readonly #macKey: KeyObject;
  readonly #subjectKey: KeyObject;

  constructor(serverKey: ServerKey) {
    this.#macKey = serverKey.derive('link-mac');
    this.#subjectKey = serverKey.derive('link-subject');
  }

  issue(purpose: LinkPurpose, subject: string): NewLink {
    const bytes = Buffer.concat([uuidToBytes(subject), randomBytes(SECRET_BYTES)]);
    return { token: new Secret(bytes.toString('base64url')), mac: this.#mac(purpose, bytes) };
  }

  read(purpose: LinkPurpose, token: string): LinkReference | null {
    if (!TOKEN.test(token)) return null;
    const bytes = Buffer.from(token, 'base64url');
    const subject = bytesToText(bytes.subarray(0, SUBJECT_BYTES));
    return subject === null ? null : { subject, mac: this.#mac(purpose, bytes) };
  }

  /** A UUID of version 8 (RFC 9562, 5.8): the keyed hash of the address, cut to size. */
  subjectOf({ kind, value }: Identifier): string {
    const hash = createHmac('sha256', this.#subjectKey).update(`${kind}\n${value}`).digest();
    hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
    hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
    return bytesToUuid(hash.subarray(0, SUBJECT_BYTES));
  }

  #mac(purpose: LinkPurpose, token: Buffer): string {
    return createHmac('sha256', this.#macKey).update(`${purpose}\n`).update(token).digest('base64url');
  }
}

/** Null for what is no UUID, and so was made by nobody here. */
function bytesToText(bytes: Buffer): string | null {
  const hex = bytes.toString('hex');
  const text = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  return isUuid(text) ? text : null;
}
