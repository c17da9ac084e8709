import { token, type Secret } from '#domain/kernel';
import type { KnownDevice } from '../model/device-recognition.js';

/**
 * Device tokens (the OWASP "device cookie"): authenticated, stored nowhere. One proves no identity; while
 * the device is remembered it earns its holder a failure counter of their own for the account that it names, and what
 * the owner granted to the device.
 */
export interface DeviceTokens {
  issue(device: KnownDevice, now: Date): Secret;
  /** Null for whatever `issue` did not make, or made too long ago. */
  read(token: string, now: Date): KnownDevice | null;
}

export const DEVICE_TOKENS = token<DeviceTokens>('DeviceTokens');
