import type { Identifier } from '#domain/identity';
import { token } from '#domain/kernel';
import type { Device } from '../model/device.entity.js';

/** Devices inside a unit of work. */
export interface Devices {
  /**
   * Those of the account that holds the identifier. Asked for after the account's row is locked, it sees what an
   * earlier sign-in remembered and which ones were removed.
   */
  ofHolder(identifier: Identifier): Promise<readonly Device[]>;
  /** With the commit, as are the two after it. */
  insert(device: Device): void;
  /** Stores a sighting of one that is still there. Whether its owner trusts it is not changed by that. */
  update(device: Device): void;
  /** Deletes one that gives way to another. */
  forget(userId: string, deviceId: string): void;
  /** One conditional write: of parallel calls that say the same, one is told `changed`. */
  setTrust(
    userId: string,
    deviceId: string,
    trustedAt: Date | null,
  ): Promise<'changed' | 'unchanged' | 'unknown'>;
  /** Whether it was this call that deleted it. */
  remove(userId: string, deviceId: string): Promise<boolean>;
}

export interface ListedDevice {
  readonly device: Device;
  /** Of its sessions, too. */
  readonly lastActiveAt: Date;
  readonly liveSessions: number;
}

/** Devices outside a unit of work. */
export interface DeviceStore {
  list(userId: string, now: Date): Promise<readonly ListedDevice[]>;
  /**
   * Deletes devices that nobody signed in on since, at most `limit`, and none with a live session. Returns how many.
   */
  purgeUnused(unusedSince: Date, now: Date, limit: number): Promise<number>;
}

export const DEVICE_STORE = token<DeviceStore>('DeviceStore');
