import { beforeEach, describe, expect, it } from '@jest/globals';
import { aUser } from '#domain/identity/testing';
import { days, minutes, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, newId } from '#domain/kernel/testing';
import type { Device, DeviceState, DeviceStore, SessionState, SignInTx } from '#domain/session';
import { aDevice } from './device.mother.js';
import { aSession } from './session.mother.js';

export interface DeviceStoreSubject {
  readonly unitOfWork: UnitOfWork<SignInTx>;
  readonly store: DeviceStore;
}

/** Run by a spec for each adapter, on a database without devices. */
export function describeDeviceStoreContract(
  name: string,
  makeSubject: () => DeviceStoreSubject | Promise<DeviceStoreSubject>,
): void {
  describe(`DeviceStore contract: ${name}`, () => {
    let subject: DeviceStoreSubject;
    const userId = newId();

    beforeEach(async () => {
      subject = await makeSubject();
      await subject.unitOfWork.run(async ({ accounts }) => accounts.insert(aUser({ id: userId })));
    });

    const saved = async (overrides: Partial<DeviceState> = {}): Promise<Device> => {
      const device = aDevice({ userId, ...overrides });
      await subject.unitOfWork.run(async ({ devices }) => devices.insert(device));
      return device;
    };
    const opened = (device: Device, overrides: Partial<SessionState> = {}) =>
      subject.unitOfWork.run(async ({ sessions }) =>
        sessions.insert(aSession({ userId: device.state.userId, deviceId: device.id, ...overrides })),
      );

    it('lists the devices of an account, newest first, with their live sessions and last activity', async () => {
      const now = at(minutes(10));
      const [middle, newest, oldest] = [
        await saved({ firstSeenAt: at(2) }),
        await saved({ firstSeenAt: at(3) }),
        await saved({ firstSeenAt: at(1) }),
      ];
      await saved({ userId: newId() });
      await opened(middle, { lastActiveAt: at(minutes(5)) });
      await opened(middle);
      await opened(middle, { expiresAt: now, lastActiveAt: at(minutes(9)) });
      await opened(oldest, { userId: newId() });
      expect(await subject.store.list(userId, now)).toEqual([
        { device: newest, lastActiveAt: newest.state.lastSeenAt, liveSessions: 0 },
        { device: middle, lastActiveAt: at(minutes(5)), liveSessions: 2 },
        { device: oldest, lastActiveAt: oldest.state.lastSeenAt, liveSessions: 0 },
      ]);
    });

    describe('purging', () => {
      const purge = (limit = 100) => subject.store.purgeUnused(at(0), at(0), limit);
      const left = async () =>
        (await subject.store.list(userId, at(0))).map(({ device }) => device.id).sort();

      it('deletes devices that fell out of use, trusted or not, and none with a live session', async () => {
        const unused = { lastSeenAt: at(-1) };
        await saved(unused);
        await saved({ ...unused, trustedAt: at(-1) });
        await opened(await saved(unused), { expiresAt: at(0) });
        const inUse = await saved(unused);
        await opened(inUse);
        const recent = await saved({ lastSeenAt: at(0) });
        expect(await purge()).toBe(3);
        expect(await left()).toEqual([inUse.id, recent.id].sort());
      });

      it('keeps to its limit, the longest unused first, and adds up over several instances', async () => {
        const oldest = await saved({ lastSeenAt: at(-days(2)) });
        await inParallel(29, () => saved({ lastSeenAt: at(-days(1)) }));
        expect(await purge(1)).toBe(1);
        expect(await left()).not.toContain(oldest.id);
        const purged = await inParallel(10, () => purge());
        expect(purged.reduce((sum, n) => sum + n)).toBe(29);
      });
    });
  });
}
