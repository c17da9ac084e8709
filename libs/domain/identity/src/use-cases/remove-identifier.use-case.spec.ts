import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryAccountDirectory, InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { anOrigin, at, FixedClock, outcomeOf, SequentialIds, tally } from '#domain/kernel/testing';
import { aDeletedUser, aPhone, aUser, proved } from '#domain/identity/testing';
import type { User } from '../model/user.entity.js';
import { RemoveIdentifier } from './remove-identifier.use-case.js';

const origin = anOrigin();

describe('RemoveIdentifier', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let removeIdentifier: RemoveIdentifier;
  const [email, phone] = [proved(), proved(aPhone())];
  const user = aUser({ identifiers: [email, phone] });

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    removeIdentifier = new RemoveIdentifier(unitOfWork, new SequentialIds(), new FixedClock(at(1)));
    await insert(user);
  });

  const insert = (each: User) => unitOfWork.run(async ({ accounts }) => accounts.insert(each));
  const execute = (identifierId: string, userId = user.id) =>
    removeIdentifier.execute({ userId, identifierId, origin });
  const heldBy = async (userId: string) =>
    (await new InMemoryAccountDirectory(database).findById(userId))?.identifiers.map(({ id }) => id);

  it('frees the identifier and hands back the account without it', async () => {
    const expected = { ...user.state, identifiers: [email], updatedAt: at(1) };
    expect((await execute(phone.id)).state).toEqual(expected);
    expect((await new InMemoryAccountDirectory(database).findById(user.id))?.state).toEqual(expected);
    await insert(aUser({ identifiers: [proved(phone.identifier)] }));
  });

  it('leaves one audit row without the identifier in it', async () => {
    await execute(phone.id);
    expect(database.tables.audit).toEqual([
      {
        action: 'user.identifier-removed',
        result: 'success',
        occurredAt: at(1),
        origin,
        actorId: user.id,
        userId: user.id,
        metadata: { kind: 'phone' },
      },
    ]);
  });

  it('tells every identifier of the account, the removed one too: its owner may not be who removed it', async () => {
    await execute(phone.id);
    expect(database.tables.outbox.map(({ event }) => event)).toEqual([
      {
        id: expect.any(String),
        type: 'user.identifier-removed',
        occurredAt: at(1),
        payload: {
          userId: user.id,
          notify: [
            { channel: 'email', to: email.identifier.value },
            { channel: 'sms', to: phone.identifier.value },
          ],
          identifierHint: phone.identifier.hint,
          locale: 'en',
        },
      },
    ]);
  });

  it('leaves the last one, also when two removals race for the last two', async () => {
    const outcomes = await Promise.all([email, phone].map(({ id }) => outcomeOf(execute(id))));
    expect(tally(outcomes)).toEqual({ done: 1, 'last-identifier': 1 });
    expect(await heldBy(user.id)).toHaveLength(1);
    expect(database.tables.audit).toHaveLength(1);
    expect(database.tables.outbox).toHaveLength(1);
  });

  it('knows an identifier of somebody else as little as one that never was', async () => {
    const other = aUser({ identifiers: [proved(), proved()] });
    await insert(other);
    for (const id of [other.identifiers[0]!.id, proved().id]) {
      await expect(execute(id)).rejects.toMatchObject({ kind: 'not-found', code: 'identifier-not-found' });
    }
    expect(await heldBy(other.id)).toHaveLength(2);
  });

  it('frees nothing that a deleted account has reserved', async () => {
    const deleted = aDeletedUser(at(-1));
    await insert(deleted);
    const removal = execute(deleted.identifiers[0]!.id, deleted.id);
    await expect(removal).rejects.toMatchObject({ code: 'account-not-found' });
  });
});
