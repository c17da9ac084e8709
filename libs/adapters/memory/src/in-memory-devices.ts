import type { Identifier } from '#domain/identity';
import { Device, type Devices, type DeviceState, type DeviceStore, type ListedDevice } from '#domain/session';
import type { InMemoryDatabase, Tables } from './in-memory-database.js';
import { isLive } from './in-memory-sessions.js';

const isNamed =
  (userId: string, deviceId: string) =>
  (row: DeviceState): boolean =>
    row.userId === userId && row.id === deviceId;

const toDevice = (row: DeviceState): Device => Device.restore(structuredClone(row));

export class InMemoryDevices implements Devices {
  constructor(private readonly tables: Tables) {}

  async ofHolder({ kind, value }: Identifier): Promise<readonly Device[]> {
    const held = this.tables.identifiers.find((row) => row.kind === kind && row.value === value);
    return this.tables.devices.filter(({ userId }) => userId === held?.userId).map(toDevice);
  }

  insert({ state }: Device): void {
    this.tables.devices.push(structuredClone(state));
  }

  update({ state: { firstSeenAt: _, trustedAt: __, ...seen } }: Device): void {
    const row = this.tables.devices.find(isNamed(seen.userId, seen.id));
    if (row) Object.assign(row, structuredClone(seen));
  }

  forget(userId: string, deviceId: string): void {
    const named = isNamed(userId, deviceId);
    this.tables.devices = this.tables.devices.filter((row) => !named(row));
  }

  async setTrust(
    userId: string,
    deviceId: string,
    trustedAt: Date | null,
  ): Promise<'changed' | 'unchanged' | 'unknown'> {
    const row = this.tables.devices.find(isNamed(userId, deviceId));
    if (!row) return 'unknown';
    if ((row.trustedAt === null) === (trustedAt === null)) return 'unchanged';
    Object.assign(row, { trustedAt: trustedAt && new Date(trustedAt) });
    return 'changed';
  }

  async remove(userId: string, deviceId: string): Promise<boolean> {
    const known = this.tables.devices.some(isNamed(userId, deviceId));
    this.forget(userId, deviceId);
    return known;
  }
}

export class InMemoryDeviceStore implements DeviceStore {
  constructor(private readonly database: InMemoryDatabase) {}

  async list(userId: string, now: Date): Promise<readonly ListedDevice[]> {
    const { devices, sessions } = this.database.tables;
    return devices
      .filter((row) => row.userId === userId)
      .sort((a, b) => Number(b.firstSeenAt) - Number(a.firstSeenAt) || (a.id < b.id ? 1 : -1))
      .map((row) => {
        const live = sessions.filter(
          (session) => session.userId === userId && session.deviceId === row.id && isLive(session, now),
        );
        const activity = [row.lastSeenAt, ...live.map(({ lastActiveAt }) => lastActiveAt)];
        const lastActiveAt = new Date(Math.max(...activity.map(Number)));
        return { device: toDevice(row), lastActiveAt, liveSessions: live.length };
      });
  }

  async purgeUnused(unusedSince: Date, now: Date, limit: number): Promise<number> {
    return this.database.transaction(async (tables) => {
      const isInUse = ({ userId, id }: DeviceState): boolean =>
        tables.sessions.some((row) => row.userId === userId && row.deviceId === id && isLive(row, now));
      const unused = tables.devices
        .filter((row) => row.lastSeenAt < unusedSince && !isInUse(row))
        .sort((a, b) => Number(a.lastSeenAt) - Number(b.lastSeenAt))
        .slice(0, limit);
      tables.devices = tables.devices.filter((row) => !unused.includes(row));
      return unused.length;
    });
  }
}
