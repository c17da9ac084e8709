import { token } from './token.js';

/** Authenticated encryption of text at rest, under a key that the store does not have. */
export interface PayloadCipher {
  seal(plaintext: string): string;
  /** Throws when the text was not sealed by this deployment or was altered. */
  open(sealed: string): string;
}

export const PAYLOAD_CIPHER = token<PayloadCipher>('PayloadCipher');
