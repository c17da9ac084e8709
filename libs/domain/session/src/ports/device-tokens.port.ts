import { token, type Secret } from '#domain/kernel';

/** A device on which its account once signed in. */
export interface KnownDevice {
  readonly userId: string;
  readonly deviceId: string;
}

/**
 * Device tokens (the OWASP "device cookie"): authenticated, stored nowhere. One proves no identity; it earns its
 * holder a failure counter of their own for the account that it names.
 */
export interface DeviceTokens {
  issue(device: KnownDevice, now: Date): Secret;
  /** Null for whatever `issue` did not make, or made too long ago. */
  read(token: string, now: Date): KnownDevice | null;
}

export const DEVICE_TOKENS = token<DeviceTokens>('DeviceTokens');
