import type { IdentityTx } from '#domain/identity';
import type { AddressLinks } from './address-links.port.js';
import type { Passwords } from './passwords.port.js';
import type { Registrations } from './registrations.port.js';

/** What registering needs of a transaction. */
export interface RegistrationTx extends IdentityTx {
  readonly passwords: Passwords;
  readonly registrations: Registrations;
  readonly addressLinks: AddressLinks;
}
