import { beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from '#domain/identity';
import { aUser } from '#domain/identity/testing';
import { minutes, seconds } from '#domain/kernel';
import { at, FixedClock, newId } from '#domain/kernel/testing';
import type { Session, SessionWithRoles } from '#domain/session';
import { aSession } from '#domain/session/testing';
import { CachedSessionReader } from './cached-session-reader.js';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemorySessionStore } from './in-memory-session-store.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';
import { InProcessSessionEvents } from './in-process-session-events.js';

/** Counts its reads, and holds their answers back when told to. */
class WatchedStore extends InMemorySessionStore {
  reads = 0;
  #gate: Promise<void> = Promise.resolve();

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return resolve;
  }

  override async findWithRoles(userId: string, sessionId: string): Promise<SessionWithRoles | null> {
    this.reads += 1;
    const answer = await super.findWithRoles(userId, sessionId);
    await this.#gate;
    return answer;
  }
}

describe('CachedSessionReader', () => {
  let clock: FixedClock;
  let unitOfWork: InMemoryUnitOfWork;
  let store: WatchedStore;
  let events: InProcessSessionEvents;
  let reader: CachedSessionReader;
  let user: User;
  let session: Session;

  beforeEach(async () => {
    clock = new FixedClock();
    const database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    store = new WatchedStore(database);
    events = new InProcessSessionEvents();
    reader = new CachedSessionReader(store, events, clock);
    user = aUser();
    session = aSession({ userId: user.id });
    await unitOfWork.run(async ({ accounts, sessions }) => {
      accounts.insert(user);
      sessions.insert(session);
    });
  });

  const find = () => reader.find(session.userId, session.id);
  const revoke = () =>
    unitOfWork.run(({ sessions }) =>
      sessions.revoke(session.userId, [session.id], 'signed-out', clock.now()),
    );
  const reasonOf = async (found: ReturnType<typeof find>) => (await found)?.session.state.revocationReason;

  it('answers a repeat from memory, and then without a promise', async () => {
    expect((await find())?.session.state).toEqual(session.state);
    const repeat = find();
    expect(repeat).not.toBeInstanceOf(Promise);
    expect((repeat as SessionWithRoles).session.state).toEqual(session.state);
    expect(store.reads).toBe(1);
  });

  it('is at most one second behind, though no word of the revocation arrives', async () => {
    await find();
    await revoke();
    clock.advance(seconds(1) - 1);
    expect(await reasonOf(find())).toBeNull();
    clock.advance(1);
    expect(await reasonOf(find())).toBe('signed-out');
  });

  it('counts that second from the beginning of the read, however long the read takes', async () => {
    const release = store.hold();
    const slow = find();
    await revoke();
    clock.advance(seconds(1));
    release();
    expect(await reasonOf(slow)).toBeNull();
    expect(await reasonOf(find())).toBe('signed-out');
  });

  it('knows other roles within a second, and at once with word of them', async () => {
    const giveRoles = (roles: string[]) =>
      unitOfWork.run(async ({ accounts }) => accounts.update(user.withRoles(roles, clock.now())));
    expect((await find())?.roles).toEqual(['user']);
    await giveRoles(['user', 'moderator']);
    clock.advance(seconds(1));
    expect((await find())?.roles).toEqual(['user', 'moderator']);
    await giveRoles([]);
    events.publish({ userId: user.id, sessionIds: 'all' });
    expect((await find())?.roles).toEqual([]);
  });

  it.each([
    ['the session', () => [session.id]],
    ['all sessions of the user', () => 'all' as const],
  ])('forgets at once when %s is said to have ended', async (_which, sessionIds) => {
    await find();
    await revoke();
    events.publish({ userId: session.userId, sessionIds: sessionIds() });
    expect(await reasonOf(find())).toBe('signed-out');
  });

  it('keeps what word of other sessions and other users is no word of', async () => {
    await find();
    events.publish({ userId: session.userId, sessionIds: [newId()] });
    events.publish({ userId: newId(), sessionIds: [session.id] });
    events.publish({ userId: newId(), sessionIds: 'all' });
    events.publish({ userId: session.userId.slice(0, -1), sessionIds: 'all' });
    expect(find()).not.toBeInstanceOf(Promise);
  });

  it.each([
    ['the session', () => [session.id]],
    ['all sessions of the user', () => 'all' as const],
  ])('does not keep the answer of a read that %s ended during', async (_which, sessionIds) => {
    const release = store.hold();
    const overtaken = find();
    await revoke();
    events.publish({ userId: session.userId, sessionIds: sessionIds() });
    release();
    expect(await reasonOf(overtaken)).toBeNull();
    expect(await reasonOf(find())).toBe('signed-out');
  });

  it('does not let those wait for an overtaken read who ask after the word', async () => {
    const release = store.hold();
    const overtaken = find();
    await revoke();
    events.publish({ userId: session.userId, sessionIds: [session.id] });
    const after = find();
    release();
    await overtaken;
    expect(await reasonOf(after)).toBe('signed-out');
  });

  it('reads once for 50 requests that miss at the same time', async () => {
    const release = store.hold();
    const found = Array.from({ length: 50 }, async () => find());
    release();
    expect(new Set(await Promise.all(found)).size).toBe(1);
    expect(store.reads).toBe(1);
  });

  it('does not live on after its second when the clock is set back', async () => {
    await find();
    await revoke();
    clock.advance(-minutes(60));
    expect(await reasonOf(find())).toBe('signed-out');
  });

  it('remembers for a second that there is no such session, and no longer', async () => {
    const unknown = aSession({ userId: user.id });
    expect(await reader.find(unknown.userId, unknown.id)).toBeNull();
    expect(await reader.find(unknown.userId, unknown.id)).toBeNull();
    expect(store.reads).toBe(1);
    await unitOfWork.run(async ({ sessions }) => sessions.insert(unknown));
    clock.advance(seconds(1));
    expect((await reader.find(unknown.userId, unknown.id))?.session.id).toBe(unknown.id);
  });

  it('keeps users apart who name the same session', async () => {
    await find();
    expect(await reader.find(newId(), session.id)).toBeNull();
  });

  it('passes a failed read on to all who wait for it, and reads again for the next', async () => {
    const failing = Promise.withResolvers<never>();
    const inMemory = store.findWithRoles.bind(store);
    store.findWithRoles = () => failing.promise;
    const both = Promise.allSettled([find(), find()]);
    failing.reject(new Error('connection refused'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    store.findWithRoles = inMemory;
    expect((await find())?.session.id).toBe(session.id);
  });

  describe('noting activity', () => {
    const lastActive = async () => (await store.listLive(session.userId, clock.now()))[0]?.state.lastActiveAt;
    const settled = () => new Promise(setImmediate);

    it('writes it down once a minute, not at each request', async () => {
      clock.advance(minutes(1) - 1);
      await find();
      await settled();
      expect(await lastActive()).toEqual(at(0));
      clock.advance(seconds(1));
      await find();
      await settled();
      expect(await lastActive()).toEqual(clock.now());
    });

    it('does not fail the request when it cannot be written down', async () => {
      store.touch = () => Promise.reject(new Error('connection refused'));
      clock.advance(minutes(5));
      expect((await find())?.session.id).toBe(session.id);
      await settled();
    });
  });

  it('remembers 50,000 sessions and not one more', async () => {
    const ids = Array.from({ length: 50_001 }, (_, i) => `session-${i}`);
    store.findWithRoles = async () => {
      store.reads += 1;
      return null;
    };
    for (const id of ids) await reader.find(session.userId, id);
    expect(store.reads).toBe(50_001);
    expect(reader.find(session.userId, 'session-50000')).toBeNull();
    expect(reader.find(session.userId, 'session-1')).toBeNull();
    expect(reader.find(session.userId, 'session-0')).toBeInstanceOf(Promise);
  });
});
