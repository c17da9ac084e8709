import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryDatabase,
  InMemorySessionStore,
  InMemoryUnitOfWork,
  InProcessSessionEvents,
} from '#adapters/memory';
import { anOrigin, at, FixedClock, inParallel, newId, outcomeOf, tally } from '#domain/kernel/testing';
import { aSession } from '#domain/session/testing';
import type { SessionChange } from '../ports/session-events.port.js';
import { EndSessions, type EndSessionsCommand, type SessionSelection } from './end-sessions.use-case.js';
import { ListSessions } from './list-sessions.use-case.js';

const origin = anOrigin();
const now = at(1_000);

describe('EndSessions', () => {
  let database: InMemoryDatabase;
  let published: SessionChange[];
  /** The sessions that had ended for whoever looked when the last word was published. */
  let onRecord: string[];
  let endSessions: EndSessions;
  let listSessions: ListSessions;
  const userId = newId();
  const [current, phone, laptop] = [aSession({ userId }), aSession({ userId }), aSession({ userId })];
  const ofSomebodyElse = aSession();

  beforeEach(async () => {
    database = new InMemoryDatabase();
    published = [];
    onRecord = [];
    const unitOfWork = new InMemoryUnitOfWork(database);
    const events = new InProcessSessionEvents();
    events.subscribe((change) => {
      published.push(change);
      onRecord = database.tables.sessions.filter(({ revokedAt }) => revokedAt !== null).map(({ id }) => id);
    });
    endSessions = new EndSessions(unitOfWork, events, new FixedClock(now));
    listSessions = new ListSessions(new InMemorySessionStore(database), new FixedClock(now));
    await unitOfWork.run(async ({ sessions }) =>
      [current, phone, laptop, ofSomebodyElse].forEach((session) => sessions.insert(session)),
    );
  });

  const execute = (selection: SessionSelection, overrides: Partial<EndSessionsCommand> = {}) =>
    endSessions.execute({ userId, selection, reason: 'ended-by-user', origin, ...overrides });
  const live = async () => (await listSessions.execute(userId)).map(({ id }) => id).sort();

  it.each<[string, SessionSelection, string[]]>([
    ['the one that is named', { only: phone.id }, [phone.id]],
    ['all but the one that is named', { allExcept: current.id }, [phone.id, laptop.id]],
    ['all', 'all', [current.id, phone.id, laptop.id]],
  ])('ends %s, and tells every instance which', async (_which, selection, ended) => {
    expect([...(await execute(selection))].sort()).toEqual(ended);
    expect(await live()).toEqual([current.id, phone.id, laptop.id].filter((id) => !ended.includes(id)));
    expect(published).toEqual([{ userId, sessionIds: ended }]);
    expect(onRecord).toEqual(ended);
  });

  it('leaves one audit row for each session that ended', async () => {
    await execute({ allExcept: current.id }, { reason: 'signed-out' });
    expect(database.tables.audit).toEqual(
      [phone, laptop].map(({ id }) => ({
        action: 'session.revoked',
        result: 'success',
        occurredAt: now,
        origin,
        actorId: userId,
        userId,
        sessionId: id,
        reason: 'signed-out',
      })),
    );
  });

  it.each([
    ['somebody else’s', () => ofSomebodyElse.id],
    ['unknown', () => newId()],
  ])('says the same of a session that is %s', async (_whose, sessionId) => {
    await expect(execute({ only: sessionId() })).rejects.toMatchObject({
      kind: 'not-found',
      code: 'session-not-found',
      message: 'No such session',
    });
    expect(database.tables.audit).toEqual([]);
    expect(published).toEqual([]);
    expect(database.tables.sessions.every(({ revokedAt }) => revokedAt === null)).toBe(true);
  });

  it('ends a session once under parallel calls', async () => {
    const outcomes = await inParallel(10, () => outcomeOf(execute({ only: phone.id })));
    expect(tally(outcomes)).toEqual({ done: 1, 'session-not-found': 9 });
    expect(database.tables.audit).toHaveLength(1);
    expect(published).toHaveLength(1);
  });

  it('has nothing to say when there is nothing to end', async () => {
    await execute('all');
    expect(await execute('all')).toEqual([]);
    expect(await execute({ allExcept: current.id })).toEqual([]);
    expect(published).toHaveLength(1);
    expect(database.tables.audit).toHaveLength(3);
  });
});
