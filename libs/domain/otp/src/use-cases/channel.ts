import { recipientOf, type Identifier } from '#domain/identity';
import { DomainError } from '#domain/kernel';

export type Channel = 'sms' | 'email';

/** Throws `channel-unavailable` when the wanted channel does not reach the identifier. */
export function requireReachable(identifier: Identifier, wanted: Channel | null): void {
  if (wanted !== null && wanted !== recipientOf(identifier).channel) {
    throw DomainError.invalid(
      'channel-unavailable',
      `This identifier cannot be reached by ${wanted}`,
      'channel',
    );
  }
}
