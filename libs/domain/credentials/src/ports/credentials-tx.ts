import type { SignInTx } from '#domain/session';
import type { PasswordFailures } from './password-attempts.port.js';
import type { Passwords } from './passwords.port.js';

/** What this context needs of a transaction. */
export interface CredentialsTx extends SignInTx {
  readonly passwords: Passwords;
  readonly passwordFailures: PasswordFailures;
}
