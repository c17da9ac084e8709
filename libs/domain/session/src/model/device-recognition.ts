import type { Device } from './device.entity.js';

/** A device on which its account once signed in, as a token names it. */
export interface KnownDevice {
  readonly userId: string;
  readonly deviceId: string;
}

export interface Recognition {
  /** Null for a device that is to be remembered from now on. */
  readonly device: Device | null;
  /** Whether the account was used before from this device, or one that looks like it. */
  readonly familiar: boolean;
  /** Whose place a new device takes: its client looked the same, and never came back with its token. */
  readonly replaced: Device | null;
}

/** What a client shows of itself at a sign-in. */
export interface Appearance {
  /** What its token names; null without one. */
  readonly token: KnownDevice | null;
  readonly fingerprint: string;
  readonly address: string;
}

/**
 * Which of its devices an account is used from. A token tells. Looks alone prove nothing, because two laptops look the
 * same, and whoever knows the browser of their victim can show it, too: they spare the owner a warning, and nothing
 * of what is granted to a device. So a client that keeps no tokens is taken for the device that looks like it at its
 * address only while nobody trusts that; and those that were seen once, and have no session any more, give way to
 * the next one from elsewhere.
 */
export function recognise(
  devices: readonly Device[],
  { token, fingerprint, address }: Appearance,
  isInUse: (device: Device) => boolean,
): Recognition {
  const alike = devices.filter(({ state }) => state.fingerprint === fingerprint);
  const own =
    token === null
      ? alike.find(({ state }) => state.address === address && state.trustedAt === null)
      : devices.find(({ id, state }) => id === token.deviceId && state.userId === token.userId);
  if (own) return { device: own, familiar: true, replaced: null };
  const replaced = alike.find((device) => device.wasSeenOnce && !isInUse(device)) ?? null;
  return { device: null, familiar: alike.length > 0, replaced };
}
