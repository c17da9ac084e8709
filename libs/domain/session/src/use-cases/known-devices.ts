import type { IdGenerator, Secret } from '#domain/kernel';
import type { DeviceTokens, KnownDevice } from '../ports/device-tokens.port.js';

/** Recognises the devices that an account signed in on before, by whichever method. */
export class KnownDevices {
  constructor(
    private readonly tokens: DeviceTokens,
    private readonly ids: IdGenerator,
  ) {}

  recognise(token: string | null, now: Date): KnownDevice | null {
    return token === null ? null : this.tokens.read(token, now);
  }

  /** What the device is to show next time. It keeps its id for the account that knew it already. */
  remember(userId: string, recognised: KnownDevice | null, now: Date): Secret {
    const deviceId = recognised?.userId === userId ? recognised.deviceId : this.ids.next();
    return this.tokens.issue({ userId, deviceId }, now);
  }
}
