import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryAccountDirectory, InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { days } from '#domain/kernel';
import { at, FixedClock } from '#domain/kernel/testing';
import { aDeletedUser, aUser, proved } from '#domain/identity/testing';
import type { User } from '../model/user.entity.js';
import { EraseDeletedAccounts } from './erase-deleted-accounts.use-case.js';

describe('EraseDeletedAccounts', () => {
  let clock: FixedClock;
  let directory: InMemoryAccountDirectory;
  let unitOfWork: InMemoryUnitOfWork;
  let erase: EraseDeletedAccounts;

  beforeEach(() => {
    clock = new FixedClock();
    const database = new InMemoryDatabase();
    directory = new InMemoryAccountDirectory(database);
    unitOfWork = new InMemoryUnitOfWork(database);
    erase = new EraseDeletedAccounts(directory, clock, { reservedFor: days(30) });
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

  it('erases all that are due, however many', async () => {
    await insert(...Array.from({ length: 1_001 }, () => aDeletedUser(at(-days(31)))));
    expect(await erase.execute()).toBe(1_001);
    expect(await erase.execute()).toBe(0);
  });
});
