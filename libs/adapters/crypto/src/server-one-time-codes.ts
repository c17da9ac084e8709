import { createHmac, randomInt, type KeyObject } from 'node:crypto';
import { Identifier, type IdentifierKind } from '#domain/identity';
import { Secret } from '#domain/kernel';
import type { ChallengeReference, OneTimeCodes, OtpPurpose } from '#domain/otp';
import { SealedBox } from './sealed-box.js';
import type { ServerKey } from './server-key.js';

/** Positional, to keep the sealed text short enough for an SMS link or a QR code. */
type Wire = [
  challengeId: string,
  kind: IdentifierKind,
  value: string,
  purpose: OtpPurpose,
  userId: string | null,
  replaces?: string | null,
];

export class ServerOneTimeCodes implements OneTimeCodes {
  readonly #macKey: KeyObject;
  readonly #box: SealedBox;

  constructor(serverKey: ServerKey) {
    this.#macKey = serverKey.derive('otp-mac');
    this.#box = new SealedBox(serverKey.derive('challenge-seal'));
  }

  generate(): Secret {
    return new Secret(randomInt(1_000_000).toString().padStart(6, '0'));
  }

  mac({ challengeId, identifier }: ChallengeReference, code: string): string {
    return createHmac('sha256', this.#macKey)
      .update(`${challengeId}\n${identifier.kind}\n${identifier.value}\n${code}`)
      .digest('base64url');
  }

  seal({ challengeId, identifier, purpose, userId, replaces }: ChallengeReference): string {
    const wire: Wire = [challengeId, identifier.kind, identifier.value, purpose, userId, replaces ?? null];
    return this.#box.seal(Buffer.from(JSON.stringify(wire))).toString('base64url');
  }

  open(sealed: string): ChallengeReference | null {
    const opened = this.#box.open(Buffer.from(sealed, 'base64url'));
    if (!opened) return null;
    const [challengeId, kind, value, purpose, userId, replaces] = JSON.parse(opened.toString()) as Wire;
    const identifier = Identifier.of(kind, value);
    return { challengeId, identifier, purpose, userId, ...(replaces && { replaces }) };
  }
}
