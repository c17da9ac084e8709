import { token, type Secret } from '#domain/kernel';
import type { ChallengeReference } from '../model/otp-challenge.js';

/** The cryptography of one-time codes, all of it under keys that never leave the server. */
export interface OneTimeCodes {
  /** Six digits, uniform, from a CSPRNG. */
  generate(): Secret;
  /**
   * MAC of a code bound to its challenge. A copy of the database is then no oracle for the million
   * possible codes, and a MAC cannot be carried to another challenge.
   */
  mac(reference: ChallengeReference, code: string): string;
  /** Authenticated encryption: the holder learns nothing from it and can change nothing in it. */
  seal(reference: ChallengeReference): string;
  /** Null for whatever `seal` did not make. */
  open(sealed: string): ChallengeReference | null;
}

export const ONE_TIME_CODES = token<OneTimeCodes>('OneTimeCodes');
