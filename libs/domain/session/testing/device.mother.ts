import { anOrigin, at, newId } from '#domain/kernel/testing';
import { Device, type DeviceState } from '#domain/session';
import { readableTraits, twoCities } from './readable-devices.js';

export function aDevice({ firstSeenAt = at(0), ...overrides }: Partial<DeviceState> = {}): Device {
  const origin = anOrigin();
  const traits = readableTraits.describe(origin);
  const place = twoCities.locate(origin.address);
  const { state } = Device.remember(newId(), newId(), { traits, origin, place, at: firstSeenAt, risk: 0 });
  return Device.restore({ ...state, ...overrides });
}
