import { describe, expect, it } from '@jest/globals';
import { InMemoryAccountDirectory, InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { at } from '#domain/kernel/testing';
import { aDeletedUser, aUser } from '#domain/identity/testing';
import { GetOwnAccount } from './get-own-account.use-case.js';

describe('GetOwnAccount', () => {
  const database = new InMemoryDatabase();
  const getOwnAccount = new GetOwnAccount(new InMemoryAccountDirectory(database));
  const [user, deleted] = [aUser(), aDeletedUser(at(0))];

  it('shows the account, unless it was deleted while a token of it still lived', async () => {
    await new InMemoryUnitOfWork(database).run(async ({ accounts }) =>
      [user, deleted].forEach((each) => accounts.insert(each)),
    );
    expect((await getOwnAccount.execute(user.id)).state).toEqual(user.state);
    for (const gone of [deleted, aUser()]) {
      await expect(getOwnAccount.execute(gone.id)).rejects.toMatchObject({
        kind: 'unauthenticated',
        code: 'account-not-found',
      });
    }
  });
});
