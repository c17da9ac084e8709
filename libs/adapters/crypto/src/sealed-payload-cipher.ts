import type { PayloadCipher } from '#domain/kernel';
import { SealedBox } from './sealed-box.js';
import type { ServerKey } from './server-key.js';

export class SealedPayloadCipher implements PayloadCipher {
  readonly #box: SealedBox;

  constructor(serverKey: ServerKey) {
    this.#box = new SealedBox(serverKey.derive('outbox-payload'));
  }

  seal(plaintext: string): string {
    return this.#box.seal(Buffer.from(plaintext)).toString('base64');
  }

  open(sealed: string): string {
    const opened = this.#box.open(Buffer.from(sealed, 'base64'));
    if (!opened) throw new Error('A sealed payload does not open under this server key');
    return opened.toString();
  }
}
