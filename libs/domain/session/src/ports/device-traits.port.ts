import { token, type RequestOrigin } from '#domain/kernel';
import type { TraitsOfDevice } from '../model/device.entity.js';

/** What a client shows of itself without being asked. Anybody can show the same: it recognises, and proves nothing. */
export interface DeviceTraits {
  describe(origin: RequestOrigin): TraitsOfDevice;
}

export const DEVICE_TRAITS = token<DeviceTraits>('DeviceTraits');
