import { token, type Secret } from '#domain/kernel';

/** Links that make the first administrator, inside a unit of work. Only their digests are stored. */
export interface SetupTokens {
  /** Also forgets those that have expired. */
  add(digest: string, expiresAt: Date, now: Date): void;
  /** Whether it was there and had not expired; it is gone now. Of any number of callers one is told so. */
  spend(digest: string, now: Date): Promise<boolean>;
  clear(): void;
}

export interface SetupSecrets {
  /** Too much entropy to be guessed, so that an unkeyed digest keeps it. */
  generate(): Secret;
  digest(secret: string): string;
}

export const SETUP_SECRETS = token<SetupSecrets>('SetupSecrets');
