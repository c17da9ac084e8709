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
  readonly known: boolean;
  /** Whether that was ever harmless. */
  readonly familiar: boolean;
  /** Whose place a new device takes: its client looked the same, and never came back with its token. */
  readonly replaced: Device | null;
}

/** What a client shows of itself at a sign-in. */
export interface Appearance {
  /** What its token names; null without one, and with one of another account that uses the same browser. */
  readonly deviceId: string | null;
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
  { deviceId, fingerprint, address }: Appearance,
  isInUse: (device: Device) => boolean,
): Recognition {
  const alike = devices.filter(({ state }) => state.fingerprint === fingerprint);
  const own =
    deviceId === null
      ? alike.find(({ state }) => state.address === address && state.trustedAt === null)
      : devices.find(({ id }) => id === deviceId);
  const seen = own ? [own, ...alike] : alike;
  const familiar = seen.some(({ isEstablished }) => isEstablished);
  const replaced = own ? undefined : alike.find((device) => device.wasSeenOnce && !isInUse(device));
  return { device: own ?? null, known: seen.length > 0, familiar, replaced: replaced ?? null };
}
