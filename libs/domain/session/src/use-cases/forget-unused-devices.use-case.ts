import { addMilliseconds, token, type Clock } from '#domain/kernel';
import type { DeviceStore } from '../ports/devices.port.js';

export interface DevicePolicy {
  /** Milliseconds for which a device is remembered that nobody signs in on. */
  readonly keepFor: number;
}

export const DEVICE_POLICY = token<DevicePolicy>('DevicePolicy');

const BATCH = 1_000;

/** Forgets devices that fell out of use. Safe on several instances at once. */
export class ForgetUnusedDevices {
  constructor(
    private readonly store: DeviceStore,
    private readonly clock: Clock,
    private readonly policy: DevicePolicy,
  ) {}

  async execute(): Promise<number> {
    const now = this.clock.now();
    const unusedSince = addMilliseconds(now, -this.policy.keepFor);
    for (let forgotten = 0; ;) {
      const batch = await this.store.purgeUnused(unusedSince, now, BATCH);
      forgotten += batch;
      if (batch < BATCH) return forgotten;
    }
  }
}
