import { token } from '#domain/kernel';

/** What others need to verify our access tokens. */
export interface PublicKeys {
  /** A JSON Web Key Set (RFC 7517), public parts only. */
  jwks(): { readonly keys: readonly object[] };
}

export const PUBLIC_KEYS = token<PublicKeys>('PublicKeys');
