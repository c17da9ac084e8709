import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryAuditLog,
  InMemoryDatabase,
  InMemoryDeviceStore,
  InMemorySessionStore,
  InMemoryUnitOfWork,
} from '#adapters/memory';
import { anAuditEvent } from '#domain/audit/testing';
import { aDeletedUser, aUser } from '#domain/identity/testing';
import { anOrigin, at, FixedClock, newId } from '#domain/kernel/testing';
import { aDevice, aSession } from '#domain/session/testing';
import { ExportAccount, type OwnActivity } from './export-account.use-case.js';

const origin = anOrigin();

describe('ExportAccount', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let exportAccount: ExportAccount;
  const [user, gone] = [aUser(), aDeletedUser(at(0))];
  const userId = user.id;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    exportAccount = new ExportAccount(
      new InMemoryAccountDirectory(database),
      new InMemorySessionStore(database),
      new InMemoryDeviceStore(database),
      new InMemoryAuditLog(database),
      unitOfWork,
      new FixedClock(at(10)),
    );
    await unitOfWork.run(async ({ accounts }) => [user, gone].forEach((each) => accounts.insert(each)));
  });

  const activity = async () => {
    const events: OwnActivity[] = [];
    for await (const event of (await exportAccount.execute(userId, origin)).activity) events.push(event);
    return events;
  };

  it('gives the account, its live sessions and its devices, and is on record', async () => {
    const [live, device] = [aSession({ userId }), aDevice({ userId })];
    await unitOfWork.run(async ({ sessions, devices }) => {
      for (const each of [device, aDevice()]) devices.insert(each);
      for (const session of [live, aSession({ userId, revokedAt: at(1) }), aSession()])
        sessions.insert(session);
    });
    const exported = await exportAccount.execute(userId, origin);
    expect(exported.user.state).toEqual(user.state);
    expect(exported.sessions.map(({ id }) => id)).toEqual([live.id]);
    expect(exported.devices.map(({ device: { id } }) => id)).toEqual([device.id]);
    expect(database.tables.audit).toEqual([
      { action: 'user.exported', result: 'success', occurredAt: at(10), origin, actorId: userId, userId },
    ]);
  });

  it('tells where the owner and strangers acted from, but not an administrator, nor who that was', async () => {
    await unitOfWork.run(async ({ audit }) => {
      audit.append(anAuditEvent({ userId, actorId: userId }));
      audit.append(anAuditEvent({ userId, action: 'otp.rejected', result: 'failure', occurredAt: at(1) }));
      audit.append(anAuditEvent({ userId, actorId: newId(), action: 'user.locked', occurredAt: at(2) }));
      audit.append(anAuditEvent({ userId: newId(), actorId: userId }));
    });
    const { address, userAgent } = origin;
    expect((await activity()).slice(1)).toEqual([
      { action: 'user.locked', result: 'success', occurredAt: at(2), by: 'somebody-else' },
      { action: 'otp.rejected', result: 'failure', occurredAt: at(1), by: 'unknown', address, userAgent },
      { action: 'session.opened', result: 'success', occurredAt: at(0), by: 'owner', address, userAgent },
    ]);
  });

  it('reads a long history page by page, to its end', async () => {
    await unitOfWork.run(async ({ audit }) => {
      for (let i = 0; i < 1_200; i++) audit.append(anAuditEvent({ userId, occurredAt: at(i % 7) }));
    });
    expect(await activity()).toHaveLength(1_201);
  });

  it.each([
    ['deleted', gone.id],
    ['unknown', newId()],
  ])('has nothing to give of an account that is %s', async (_what, id) => {
    await expect(exportAccount.execute(id, origin)).rejects.toMatchObject({ code: 'account-not-found' });
    expect(database.tables.audit).toEqual([]);
  });
});
