import { recipientOf, type Identifier } from '#domain/identity';
import { DomainError, token } from '#domain/kernel';

export type Channel = 'sms' | 'email';

/** The channels that the deployment has a transport for. */
export const AVAILABLE_CHANNELS = token<readonly Channel[]>('AvailableChannels');

/**
 * Throws `channel-unavailable` when the wanted channel does not reach the identifier, or nothing does. Says
 * nothing about the identifier but what its form shows.
 */
export function requireReachable(
  identifier: Identifier,
  wanted: Channel | null,
  available: readonly Channel[],
): void {
  const { channel } = recipientOf(identifier);
  if ((wanted === null || wanted === channel) && available.includes(channel)) return;
  throw DomainError.invalid(
    'channel-unavailable',
    `This identifier cannot be reached by ${wanted ?? channel}`,
    wanted === null ? 'identifier' : 'channel',
  );
}
