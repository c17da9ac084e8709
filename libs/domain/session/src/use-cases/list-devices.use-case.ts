import type { Clock } from '#domain/kernel';
import type { DeviceStore, ListedDevice } from '../ports/devices.port.js';

export class ListDevices {
  constructor(
    private readonly store: DeviceStore,
    private readonly clock: Clock,
  ) {}

  /** The remembered devices of an account, newest first. */
  execute(userId: string): Promise<readonly ListedDevice[]> {
    return this.store.list(userId, this.clock.now());
  }
}
