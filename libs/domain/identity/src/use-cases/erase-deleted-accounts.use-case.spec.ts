import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { days } from '#domain/kernel';
import { at, FixedClock, SequentialIds } from '#domain/kernel/testing';
import { aDeletedUser, aUser, proved } from '#domain/identity/testing';
import type { User } from '../model/user.entity.js';
import { EraseDeletedAccounts } from './erase-deleted-accounts.use-case.js';

describe('EraseDeletedAccounts', () => {
  let clock: FixedClock;
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let erase: EraseDeletedAccounts;

  beforeEach(() => {
    clock = new FixedClock();
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    erase = new EraseDeletedAccounts(unitOfWork, new SequentialIds(), clock, { reservedFor: days(30) });
  });

  const insert = (...users: User[]) =>
    unitOfWork.run(async ({ accounts }) => users.forEach((user) => accounts.insert(user)));

  it('keeps an account, and its identifiers reserved, for as long as the policy says', async () => {
    const user = aDeletedUser(at(0));
    const heir = aUser({ identifiers: [proved(user.identifiers[0]!.identifier)] });
    await insert(user, aUser());
    clock.advance(days(30));
    expect(await erase.execute()).toBe(0);
    await expect(insert(heir)).rejects.toMatchObject({ code: 'identifier-taken' });
    clock.advance(1);
    expect(await erase.execute()).toBe(1);
    await insert(heir);
  });

  it('leaves of an account its id in the audit, with the time of the erasure, and nothing else', async () => {
    const user = aDeletedUser(at(-days(31)));
    await insert(user);
    await erase.execute();
    expect(database.tables.audit).toEqual([
      {
        action: 'user.erased',
        result: 'success',
        occurredAt: at(0),
        origin: { address: '127.0.0.1', userAgent: 'gatehouse worker', requestId: expect.any(String) },
        userId: user.id,
      },
    ]);
  });

  it('erases nothing that it cannot record', async () => {
    const user = aDeletedUser(at(-days(31)));
    await insert(user);
    const run: typeof unitOfWork.run = (work) =>
      unitOfWork.run(async (tx) => {
        await work(tx);
        throw new Error('the disk is full');
      });
    const failing = new EraseDeletedAccounts({ run }, new SequentialIds(), clock, { reservedFor: days(30) });
    await expect(failing.execute()).rejects.toThrow('the disk is full');
    expect(await erase.execute()).toBe(1);
  });

  it('erases all that are due, however many', async () => {
    await insert(...Array.from({ length: 1_001 }, () => aDeletedUser(at(-days(31)))));
    expect(await erase.execute()).toBe(1_001);
    expect(await erase.execute()).toBe(0);
  });
});
