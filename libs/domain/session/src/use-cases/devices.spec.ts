import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryDatabase,
  InMemoryDeviceStore,
  InMemorySessionStore,
  InMemoryUnitOfWork,
  InProcessSessionEvents,
} from '#adapters/memory';
import { aUser } from '#domain/identity/testing';
import { days, minutes } from '#domain/kernel';
import { anOrigin, at, FixedClock, inParallel, newId, outcomeOf, tally } from '#domain/kernel/testing';
import { aDevice, aSession, ReadableAccessTokens, twoCities } from '#domain/session/testing';
import type { Device } from '../model/device.entity.js';
import type { Session, SessionState } from '../model/session.entity.js';
import type { SessionChange } from '../ports/session-events.port.js';
import { AssessTrust } from '../services/assess-trust.js';
import { FindTrustedSession } from './find-trusted-session.use-case.js';
import { ForgetUnusedDevices } from './forget-unused-devices.use-case.js';
import { ListDevices } from './list-devices.use-case.js';
import { RemoveDevice } from './remove-device.use-case.js';
import { SetDeviceTrust } from './set-device-trust.use-case.js';

const inBerlin = anOrigin();
const inTokyo = anOrigin({ address: '198.51.100.1' });
const clock = new FixedClock(at(minutes(10)));
const notFound = { kind: 'not-found', code: 'device-not-found' };

describe('The devices of an account', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let store: InMemorySessionStore;
  let published: SessionChange[];
  let removeDevice: RemoveDevice;
  let setDeviceTrust: SetDeviceTrust;
  let findTrustedSession: FindTrustedSession;
  const user = aUser();
  const userId = user.id;
  const tokens = new ReadableAccessTokens();
  let [laptop, phone, ofSomebodyElse]: Device[] = [];

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    store = new InMemorySessionStore(database);
    published = [];
    const events = new InProcessSessionEvents();
    events.subscribe((change) => published.push(change));
    const assessTrust = new AssessTrust(twoCities, clock);
    removeDevice = new RemoveDevice(unitOfWork, events, clock);
    setDeviceTrust = new SetDeviceTrust(unitOfWork, assessTrust, clock);
    const reader = { find: (owner: string, id: string) => store.findWithRoles(owner, id) };
    findTrustedSession = new FindTrustedSession(tokens, reader, assessTrust, clock);
    [laptop, phone, ofSomebodyElse] = [aDevice({ userId }), aDevice({ userId }), aDevice()];
    await unitOfWork.run(async ({ accounts, devices }) => {
      accounts.insert(user);
      for (const each of [laptop!, phone!, ofSomebodyElse!]) devices.insert(each);
    });
  });

  const opened = async (on: Device, overrides: Partial<SessionState> = {}): Promise<Session> => {
    const { id: deviceId, state } = on;
    const circumstances = { deviceId, country: 'DE' };
    const session = aSession({ userId: state.userId, ...circumstances, ...overrides });
    await unitOfWork.run(async ({ sessions }) => sessions.insert(session));
    return (await store.findWithRoles(session.userId, session.id))?.session ?? session;
  };
  const listed = async () => {
    const devices = await new ListDevices(new InMemoryDeviceStore(database), clock).execute(userId);
    return devices.map(({ device }) => device.id).sort();
  };
  const audit = () => database.tables.audit;

  describe('when one is removed', () => {
    const remove = (deviceId: string) => removeDevice.execute({ userId, deviceId, origin: inBerlin });

    it('goes with its live sessions and no other, on record, and every instance is told', async () => {
      const [one, two] = [await opened(laptop!), await opened(laptop!)];
      const other = await opened(phone!);
      await opened(laptop!, { expiresAt: clock.now() });
      await remove(laptop!.id);
      expect(await listed()).toEqual([phone!.id]);
      expect((await store.listLive(userId, clock.now())).map(({ id }) => id)).toEqual([other.id]);
      expect(published).toEqual([{ userId, sessionIds: [one.id, two.id] }]);
      const about = { result: 'success', occurredAt: clock.now(), origin: inBerlin, actorId: userId, userId };
      expect(audit()).toEqual([
        { ...about, action: 'device.removed', metadata: { deviceId: laptop!.id } },
        ...[one, two].map(({ id }) => ({
          ...about,
          action: 'session.revoked',
          sessionId: id,
          reason: 'device-removed',
        })),
      ]);
    });

    it.each([
      ['somebody else’s', () => ofSomebodyElse!.id],
      ['unknown', () => newId()],
    ])('says the same of a device that is %s', async (_whose, deviceId) => {
      await expect(remove(deviceId())).rejects.toMatchObject(notFound);
      expect(database.tables.devices).toHaveLength(3);
      expect(audit()).toEqual([]);
    });

    it('goes once under parallel calls', async () => {
      const outcomes = await inParallel(10, () => outcomeOf(remove(laptop!.id)));
      expect(tally(outcomes)).toEqual({ done: 1, 'device-not-found': 9 });
      expect(audit()).toHaveLength(1);
    });
  });

  describe('when one is trusted', () => {
    const set = (trusted: boolean, session: Session, deviceId = laptop!.id, origin = inBerlin) =>
      setDeviceTrust.execute({ session, deviceId, trusted, origin });
    const trusted = () => database.tables.devices.filter(({ trustedAt }) => trustedAt).map(({ id }) => id);

    it('is so until it no longer is, each on record once, however often it is said', async () => {
      const session = await opened(laptop!);
      await inParallel(5, () => set(true, session));
      expect(trusted()).toEqual([laptop!.id]);
      await set(false, session);
      await set(false, session);
      expect(trusted()).toEqual([]);
      const about = { result: 'success', actorId: userId, userId, sessionId: session.id };
      expect(audit()).toMatchObject([
        { ...about, action: 'device.trusted', metadata: { deviceId: laptop!.id } },
        { ...about, action: 'device.distrusted', metadata: { deviceId: laptop!.id } },
      ]);
    });

    it.each([
      ['was taken to another country', {}, inTokyo],
      ['was opened at high risk', { risk: { score: 70, reasons: [] } }, inBerlin],
    ])(
      'is not by a session that %s, on record; which may still take trust back',
      async (_why, state, origin) => {
        const session = await opened(laptop!, state);
        await expect(set(true, session, phone!.id, origin)).rejects.toMatchObject({
          kind: 'forbidden',
          code: 'trust-too-low',
        });
        expect(trusted()).toEqual([]);
        expect(audit()).toMatchObject([
          { action: 'device.trusted', result: 'failure', reason: 'trust-too-low', sessionId: session.id },
        ]);
        await set(false, session, phone!.id, origin);
      },
    );

    it.each([true, false])(
      'says the same of an unknown device and of somebody else’s: %s',
      async (wanted) => {
        const session = await opened(laptop!);
        for (const deviceId of [newId(), ofSomebodyElse!.id]) {
          await expect(set(wanted, session, deviceId)).rejects.toMatchObject(notFound);
        }
        expect(audit()).toEqual([]);
      },
    );
  });

  describe('when a session is asked for that is trusted', () => {
    const find = ({ userId: owner, id: sessionId }: Session, address = inBerlin.address) => {
      const claims = { userId: owner, sessionId, roles: [], tokenId: 't', issuedAt: 0, expiresAt: 1 };
      return findTrustedSession.execute(tokens.issue(claims).expose(), address);
    };
    beforeEach(() => unitOfWork.run((tx) => tx.devices.setTrust(userId, laptop!.id, at(0))));

    it('answers with whose it is on a trusted device, and from where it was opened', async () => {
      const session = await opened(laptop!);
      expect(await find(session)).toBe(session.userId);
      expect(await find(session, inTokyo.address)).toBeNull();
      expect(await find(await opened(phone!))).toBeNull();
      expect(await find(await opened(laptop!, { expiresAt: clock.now() }))).toBeNull();
      expect(await find(aSession())).toBeNull();
    });

    it('looks for no session on the word of a token that was never verified', () => {
      expect(findTrustedSession.execute('forged', inBerlin.address)).toBeNull();
    });
  });

  it('are forgotten when nobody uses them any more, in batches', async () => {
    await unitOfWork.run(async ({ devices }) => {
      for (let i = 0; i < 1_500; i++) devices.insert(aDevice({ lastSeenAt: at(-days(181)) }));
    });
    const forget = new ForgetUnusedDevices(new InMemoryDeviceStore(database), clock, { keepFor: days(180) });
    expect(await forget.execute()).toBe(1_500);
    expect(await forget.execute()).toBe(0);
    expect(database.tables.devices).toHaveLength(3);
  });
});
