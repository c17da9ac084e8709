import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryDatabase,
  InMemorySessionStore,
  InMemoryUnitOfWork,
  InProcessSessionEvents,
} from '#adapters/memory';
import { days } from '#domain/kernel';
import { anOrigin, at, FixedClock, inParallel, outcomeOf, SequentialIds } from '#domain/kernel/testing';
import { aPhone, aUser, proved } from '#domain/identity/testing';
import { aSession } from '#domain/session/testing';
import { DeleteAccount } from './delete-account.use-case.js';

const origin = anOrigin();

describe('DeleteAccount', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let deleteAccount: DeleteAccount;
  let published: object[];
  const email = proved();
  const user = aUser({ identifiers: [proved(aPhone()), email] });
  const sessions = [aSession({ userId: user.id }), aSession({ userId: user.id })];
  const bystander = aUser();
  const ofBystander = aSession({ userId: bystander.id });

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    published = [];
    const events = new InProcessSessionEvents();
    events.subscribe((change) => published.push(change));
    deleteAccount = new DeleteAccount(unitOfWork, events, new SequentialIds(), new FixedClock(), {
      reservedFor: days(30),
    });
    await unitOfWork.run(async (tx) => {
      for (const each of [user, bystander]) tx.accounts.insert(each);
      for (const each of [...sessions, ofBystander]) tx.sessions.insert(each);
    });
  });

  const execute = (userId = user.id) => deleteAccount.execute({ userId, origin });

  it('keeps the account and its identifiers, marked as deleted', async () => {
    await execute();
    const stored = await new InMemoryAccountDirectory(database).findById(user.id);
    expect(stored?.state).toMatchObject({ status: 'deleted', deletedAt: at(0) });
    expect(stored?.identifiers).toHaveLength(2);
  });

  it('ends every session of the account with the same commit, and nobody else’s', async () => {
    await execute();
    const store = new InMemorySessionStore(database);
    expect(await store.listLive(user.id, at(0))).toEqual([]);
    const ended = await store.findWithRoles(user.id, sessions[0]!.id);
    expect(ended?.session.state.revocationReason).toBe('account-deleted');
    expect(await store.listLive(bystander.id, at(0))).toHaveLength(1);
    expect(published).toEqual([{ userId: user.id, sessionIds: 'all' }]);
  });

  it('leaves one audit row, and a notice to the email address that says until when it can be undone', async () => {
    await execute();
    expect(database.tables.audit).toEqual([
      {
        action: 'user.deleted',
        result: 'success',
        occurredAt: at(0),
        origin,
        actorId: user.id,
        userId: user.id,
      },
    ]);
    expect(database.tables.outbox.map(({ event }) => event)).toEqual([
      {
        id: expect.any(String),
        type: 'user.deleted',
        occurredAt: at(0),
        payload: {
          userId: user.id,
          channel: 'email',
          to: email.identifier.value,
          locale: 'en',
          restorableUntil: at(days(30)).toISOString(),
        },
      },
    ]);
  });

  it('happens once, however often it is asked for', async () => {
    const outcomes = await inParallel(3, () => outcomeOf(execute()));
    expect(outcomes).toEqual(['done', 'account-not-found', 'account-not-found']);
    expect(database.tables.audit).toHaveLength(1);
    expect(database.tables.outbox).toHaveLength(1);
  });

  it('is refused to the last administrator, and of two at once to one', async () => {
    const [one, other] = [aUser({ roles: ['admin'] }), aUser({ roles: ['admin'] })];
    await unitOfWork.run(async (tx) => [one, other].forEach((each) => tx.accounts.insert(each)));
    const outcomes = await Promise.all([outcomeOf(execute(one.id)), outcomeOf(execute(other.id))]);
    expect(outcomes).toEqual(['done', 'last-administrator']);
  });

  it('knows nobody to delete when the account is gone', async () => {
    await expect(execute(aUser().id)).rejects.toMatchObject({ code: 'account-not-found' });
    expect(database.tables.audit).toEqual([]);
  });
});
