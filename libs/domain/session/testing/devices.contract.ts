import { beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from '#domain/identity';
import { anEmail, aUser } from '#domain/identity/testing';
import { minutes, type UnitOfWork } from '#domain/kernel';
import { anOrigin, at, inParallel, newId, tally } from '#domain/kernel/testing';
import type { Device, Devices, DeviceState, SignInTx } from '#domain/session';
import { aDevice } from './device.mother.js';
import { readableTraits } from './readable-devices.js';

export interface DevicesSubject {
  readonly unitOfWork: UnitOfWork<SignInTx>;
  /** Resolves once a transaction waits for what another one holds. */
  someoneWaits(): Promise<void>;
}

/** Run by a spec for each adapter. */
export function describeDevicesContract(
  name: string,
  makeSubject: () => DevicesSubject | Promise<DevicesSubject>,
): void {
  describe(`Devices contract: ${name}`, () => {
    let subject: DevicesSubject;
    let user: User;
    let device: Device;

    const run = <T>(work: (devices: Devices) => Promise<T>): Promise<T> =>
      subject.unitOfWork.run(({ devices }) => work(devices));
    const insert = (...devices: Device[]): Promise<void> =>
      run(async (store) => devices.forEach((each) => store.insert(each)));
    const statesOf = async ({ identifiers }: User): Promise<DeviceState[]> => {
      const devices = await run((store) => store.ofHolder(identifiers[0]!.identifier));
      return devices.map(({ state }) => state).sort((a, b) => (a.id < b.id ? -1 : 1));
    };

    beforeEach(async () => {
      subject = await makeSubject();
      user = aUser();
      device = aDevice({ userId: user.id });
      await subject.unitOfWork.run(async ({ accounts }) => accounts.insert(user));
      await insert(device);
    });

    it('keeps all that a device remembers, without a place too', async () => {
      const nowhere = aDevice({
        userId: user.id,
        name: `O'Brien "日本" \\`,
        address: '2001:db8::1',
        place: null,
        trustedAt: at(2),
        recentSignIns: [],
        lastPlaced: null,
        suspectSince: at(3),
        countries: [],
      });
      await insert(nowhere);
      const expected = [device.state, nowhere.state].sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(await statesOf(user)).toEqual(expected);
    });

    it('knows the devices of whoever holds the identifier, and nobody else’s', async () => {
      await insert(aDevice());
      expect(await statesOf(user)).toEqual([device.state]);
      expect(await run((store) => store.ofHolder(anEmail()))).toEqual([]);
    });

    it('adds a sighting, and leaves alone what its owner said meanwhile', async () => {
      const origin = anOrigin({ address: '198.51.100.9', userAgent: 'Safari' });
      const again = device.seenAgain({
        traits: readableTraits.describe(origin),
        origin,
        place: null,
        at: at(minutes(5)),
        risk: 0,
      });
      await run((store) => store.setTrust(user.id, device.id, at(minutes(1))));
      await run(async (store) => store.update(again));
      expect(await statesOf(user)).toEqual([{ ...again.state, trustedAt: at(minutes(1)) }]);
    });

    it('does not bring back one that was removed meanwhile', async () => {
      await run(async (store) => {
        await store.remove(user.id, device.id);
        store.update(device);
      });
      expect(await statesOf(user)).toEqual([]);
    });

    it('shows a sign-in that waited for the account what the one before it remembered', async () => {
      const { identifier } = user.identifiers[0]!;
      const locked = Promise.withResolvers<void>();
      const remembered = aDevice({ userId: user.id });
      const earlier = subject.unitOfWork.run(async ({ accounts, devices }) => {
        await accounts.lockByIdentifier(identifier);
        devices.insert(remembered);
        locked.resolve();
        await subject.someoneWaits();
      });
      await locked.promise;
      const later = subject.unitOfWork.run(async ({ accounts, devices }) => {
        const [, known] = await Promise.all([
          accounts.lockByIdentifier(identifier),
          devices.ofHolder(identifier),
        ]);
        return known.map(({ id }) => id);
      });
      await earlier;
      expect(await later).toContain(remembered.id);
    });

    it('trusts a device once under 20 parallel calls, and no longer when told so', async () => {
      const trust = (trustedAt: Date | null) => run((store) => store.setTrust(user.id, device.id, trustedAt));
      const outcomes = await inParallel(20, () => trust(at(1)));
      expect(tally(outcomes)).toEqual({ changed: 1, unchanged: 19 });
      expect(await trust(at(2))).toBe('unchanged');
      expect(await statesOf(user)).toMatchObject([{ trustedAt: at(1) }]);
      expect(await trust(null)).toBe('changed');
      expect(await trust(null)).toBe('unchanged');
      expect(await statesOf(user)).toEqual([device.state]);
    });

    it('removes a device once under 20 parallel calls', async () => {
      const kept = aDevice({ userId: user.id });
      await insert(kept);
      const outcomes = await inParallel(20, () => run((store) => store.remove(user.id, device.id)));
      expect(tally(outcomes.map(String))).toEqual({ true: 1, false: 19 });
      expect(await statesOf(user)).toEqual([kept.state]);
    });

    it('forgets with the commit', async () => {
      await run(async (store) => store.forget(user.id, device.id));
      expect(await statesOf(user)).toEqual([]);
    });

    it('does nothing to a device of another account, or to one that never was', async () => {
      const other = newId();
      for (const [userId, deviceId] of [
        [other, device.id],
        [user.id, newId()],
      ] as const) {
        expect(await run((store) => store.setTrust(userId, deviceId, at(1)))).toBe('unknown');
        expect(await run((store) => store.remove(userId, deviceId))).toBe(false);
        await run(async (store) => store.forget(userId, deviceId));
      }
      expect(await statesOf(user)).toEqual([device.state]);
    });

    it('leaves either no device or one that is trusted when both are asked for at once', async () => {
      for (let round = 0; round < 10; round++) {
        const each = aDevice({ userId: user.id });
        await insert(each);
        const [removed] = await Promise.all([
          run((store) => store.remove(user.id, each.id)),
          run((store) => store.setTrust(user.id, each.id, at(1))),
        ]);
        expect(removed).toBe(true);
        expect(await statesOf(user)).toEqual([device.state]);
      }
    });

    it('keeps nothing when the unit of work fails', async () => {
      const failing = run(async (store) => {
        store.insert(aDevice({ userId: user.id }));
        await store.remove(user.id, device.id);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await statesOf(user)).toEqual([device.state]);
    });

    it('is not changed through what it gave away', async () => {
      const [given] = await statesOf(user);
      given!.firstSeenAt.setTime(0);
      (given!.countries as string[]).push('XX');
      (given!.hours as number[]).fill(99);
      expect(await statesOf(user)).toEqual([device.state]);
    });
  });
}
