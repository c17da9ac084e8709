import { token } from '#domain/kernel';

/** The one question that deliveries have for the identity context; its account directory answers it. */
export interface KnownIdentifiers {
  exists(kind: 'email' | 'phone', value: string): Promise<boolean>;
}

export const KNOWN_IDENTIFIERS = token<KnownIdentifiers>('KnownIdentifiers');
