import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresDeviceStore } from '#adapters/typeorm';
import { anEmail } from '#domain/identity/testing';
import { addMilliseconds } from '#domain/kernel';
import { inParallel, outcomeOf } from '#domain/kernel/testing';
import { aLaxOtpPolicy, OtpFixture, type ReceivedCode } from '#domain/otp/testing';
import { RemoveDevice, type KnownDevice } from '#domain/session';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

describe('Devices, while people sign in', () => {
  let record: PostgresRecord;
  let fixture: OtpFixture;

  beforeAll(async () => {
    record = await openPostgresRecord();
  });
  afterAll(() => record.close());
  beforeEach(async () => {
    await record.empty();
    fixture = new OtpFixture(record.unitOfWork, { policy: aLaxOtpPolicy() });
  });

  const signIn = ({ sessionId, code }: ReceivedCode, deviceToken: string | null) =>
    fixture.signInWithCode.execute({ sessionId, code, deviceToken, origin: fixture.origin });
  const remove = ({ userId, deviceId }: KnownDevice) => {
    const events = { publish: () => undefined, subscribe: () => undefined };
    const removeDevice = new RemoveDevice(record.unitOfWork, events, fixture.clock);
    return removeDevice.execute({ userId, deviceId, origin: fixture.origin });
  };
  const namedBy = (token: string): KnownDevice => {
    const [userId = '', deviceId = ''] = token.split('/');
    return { userId, deviceId };
  };

  it('leave no live session on a device that is gone, whichever comes first', async () => {
    const email = anEmail();
    let { deviceToken } = await fixture.signIn(email);
    for (let round = 0; round < 20; round++) {
      const removed = namedBy(deviceToken.expose());
      const received = await fixture.request(email);
      const [signedIn] = await Promise.all([signIn(received, deviceToken.expose()), remove(removed)]);
      ({ deviceToken } = signedIn);
      const listed = await new PostgresDeviceStore(record.database).list(removed.userId, fixture.clock.now());
      const known = listed.map(({ device }) => device.id);
      expect(known).not.toContain(removed.deviceId);
      const live = await record.sessions.listLive(removed.userId, fixture.clock.now());
      for (const { state } of live) expect(known).toContain(state.deviceId);
      // The next round needs a device to remove: where the removal came last there is none.
      if (known.length === 0) ({ deviceToken } = await fixture.signIn(email));
    }
  });

  it('are remembered for each of 50 accounts that sign in together', async () => {
    const received: ReceivedCode[] = [];
    for (let i = 0; i < 50; i++) received.push(await fixture.request(anEmail()));
    const tokens = await inParallel(50, async (i) => (await signIn(received[i]!, null)).deviceToken.expose());
    const rows = await record.query<KnownDevice>(
      'SELECT user_id AS "userId", id AS "deviceId" FROM gatehouse.devices',
    );
    expect(rows.map(({ userId, deviceId }) => `${userId}/${deviceId}`).sort()).toEqual([...tokens].sort());
  });

  it('are not cleaned up under a sign-in that has read them', async () => {
    const email = anEmail();
    const { deviceToken } = await fixture.signIn(email);
    await record.query('UPDATE gatehouse.sessions SET revoked_at = created_at');
    const store = new PostgresDeviceStore(record.database);
    const { identifiers } = (await fixture.signIn(anEmail())).user;
    await record.query('UPDATE gatehouse.sessions SET revoked_at = created_at');
    const later = addMilliseconds(fixture.clock.now(), 1);
    await record.unitOfWork.run(async ({ accounts }) => {
      await accounts.lockByIdentifier(identifiers[0]!.identifier);
      expect(await store.purgeUnused(later, later, 100)).toBe(1);
      expect(await store.list(namedBy(deviceToken.expose()).userId, later)).toEqual([]);
    });
    expect(await store.purgeUnused(later, later, 100)).toBe(1);
  });

  it('are removed once by 10 who remove one at once', async () => {
    const { deviceToken } = await fixture.signIn(anEmail());
    const outcomes = await inParallel(10, () => outcomeOf(remove(namedBy(deviceToken.expose()))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
  });
});
