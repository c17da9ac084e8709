import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  InMemoryDatabase,
  InMemorySessionStore,
  InMemoryUnitOfWork,
  InProcessSessionEvents,
} from '#adapters/memory';
import { User, type UserStatus } from '#domain/identity';
import { aUser } from '#domain/identity/testing';
import { days, minutes, seconds } from '#domain/kernel';
import { anOrigin, at, FixedClock, inParallel, SequentialIds } from '#domain/kernel/testing';
import {
  aSession,
  aSessionPolicy,
  ReadableAccessTokens,
  ReadableRefreshTokens,
} from '#domain/session/testing';
import type { Session } from '../model/session.entity.js';
import type { SessionChange } from '../ports/session-events.port.js';
import { RefreshSession } from './refresh-session.use-case.js';
import { TokenGrants } from '../services/token-grants.js';

const refreshTokens = new ReadableRefreshTokens();
const accessTokens = new ReadableAccessTokens();
const policy = aSessionPolicy();
const origin = anOrigin({ address: '198.51.100.9', userAgent: 'Safari' });
const invalid = { kind: 'unauthenticated', code: 'invalid-refresh-token' };

describe('RefreshSession', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let store: InMemorySessionStore;
  let clock: FixedClock;
  let published: SessionChange[];
  let refreshSession: RefreshSession;
  let user: User;
  let session: Session;

  const open = async (): Promise<Session> => {
    const opened = aSession({ userId: user.id, createdAt: clock.now() });
    await unitOfWork.run(async ({ sessions }) => sessions.insert(opened));
    return opened;
  };

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    store = new InMemorySessionStore(database);
    clock = new FixedClock();
    published = [];
    const events = new InProcessSessionEvents();
    events.subscribe((change) => published.push(change));
    const grants = new TokenGrants(accessTokens, refreshTokens, new SequentialIds(), clock, policy);
    refreshSession = new RefreshSession(refreshTokens, store, unitOfWork, grants, events, clock, policy);
    user = aUser({ roles: ['user', 'admin'] });
    await unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    session = await open();
  });

  const refresh = (refreshToken: string) => refreshSession.execute({ refreshToken, origin });
  const tokenOf = ({ userId, id: sessionId }: Session, generation = 0) =>
    refreshTokens.issue({ userId, sessionId, generation }).expose();
  const revocationOf = async ({ id }: Session) =>
    (await store.findWithRoles(user.id, id))?.session.state.revocationReason;

  it('hands out the next tokens and moves the session on', async () => {
    clock.advance(days(1));
    const granted = await refresh(tokenOf(session));
    expect(granted.refreshToken.expose()).toBe(tokenOf(session, 1));
    expect(accessTokens.verify(granted.accessToken.expose())).toEqual({
      userId: user.id,
      sessionId: session.id,
      roles: ['user', 'admin'],
      tokenId: expect.any(String),
      issuedAt: at(days(1)).getTime() / 1_000,
      expiresAt: at(days(1) + minutes(15)).getTime() / 1_000,
    });
    expect(granted.expiresIn).toBe(900);
    expect(granted.session).toMatchObject({
      generation: 1,
      lastActiveAt: at(days(1)),
      expiresAt: at(days(31)),
      address: '198.51.100.9',
      userAgent: 'Safari',
    });
  });

  it('never hands out an access token that outlives the session', async () => {
    clock.advance(days(29));
    const first = await refresh(tokenOf(session));
    clock.advance(days(29));
    const second = await refresh(first.refreshToken.expose());
    clock.advance(days(29));
    const third = await refresh(second.refreshToken.expose());
    clock.advance(days(3) - seconds(60));
    const last = await refresh(third.refreshToken.expose());
    expect(last.expiresIn).toBe(60);
    clock.advance(seconds(60));
    await expect(refresh(last.refreshToken.expose())).rejects.toMatchObject(invalid);
  });

  it('gives one and the same successor to 20 parallel repeats, and to a retry inside the grace', async () => {
    const granted = await inParallel(20, () => refresh(tokenOf(session)));
    clock.advance(seconds(10));
    granted.push(await refresh(tokenOf(session)));
    expect(new Set(granted.map(({ refreshToken }) => refreshToken.expose()))).toEqual(
      new Set([tokenOf(session, 1)]),
    );
    expect(published).toEqual([]);
    expect(database.tables.audit).toEqual([]);
  });

  describe('when a token comes back that was spent before', () => {
    beforeEach(async () => {
      await refresh(tokenOf(session));
      clock.advance(seconds(10) + 1);
    });

    it('ends the session for thief and owner alike, and tells every instance', async () => {
      await expect(refresh(tokenOf(session))).rejects.toMatchObject(invalid);
      expect(await revocationOf(session)).toBe('refresh-token-reused');
      expect(published).toEqual([{ userId: user.id, sessionIds: [session.id] }]);
      await expect(refresh(tokenOf(session, 1))).rejects.toMatchObject(invalid);
    });

    it('ends no other session of the user', async () => {
      const other = await open();
      await expect(refresh(tokenOf(session))).rejects.toMatchObject(invalid);
      expect((await refresh(tokenOf(other))).session.generation).toBe(1);
    });

    it('is called reuse once in the audit, and from then on refused, however often it comes back', async () => {
      const attempts = await inParallel(20, () => refresh(tokenOf(session)).catch((error: unknown) => error));
      for (const attempt of attempts) expect(attempt).toMatchObject(invalid);
      await expect(refresh(tokenOf(session))).rejects.toMatchObject(invalid);
      const [reused, ...refused] = database.tables.audit;
      expect(refused).toHaveLength(20);
      expect(new Set(refused.map(({ action }) => action))).toEqual(new Set(['session.refresh-refused']));
      expect([reused]).toEqual([
        {
          action: 'session.refresh-reused',
          result: 'failure',
          occurredAt: clock.now(),
          origin,
          userId: user.id,
          sessionId: session.id,
          reason: 'refresh-token-reused',
          metadata: { generation: 0 },
        },
      ]);
    });
  });

  it.each([
    ['of a session that never was', () => tokenOf(aSession({ userId: user.id }))],
    ['of somebody else’s session', () => tokenOf(aSession({ id: session.id }))],
    ['that was not issued yet', () => tokenOf(session, 1)],
  ])('refuses a token %s without a word more, and changes nothing but the audit', async (_what, token) => {
    const before = database.tables;
    await expect(refresh(token())).rejects.toMatchObject({
      ...invalid,
      message: 'The refresh token is not valid',
    });
    const { audit, ...rest } = database.tables;
    expect({ ...rest, audit: [] }).toEqual(before);
    expect(audit).toMatchObject([{ action: 'session.refresh-refused', result: 'failure', origin }]);
    expect(published).toEqual([]);
  });

  it('records the refusal of a session that was ended, by its reason for the reader alone', async () => {
    clock.advance(days(31));
    await expect(refresh(tokenOf(session))).rejects.toMatchObject(invalid);
    expect(database.tables.audit).toEqual([
      {
        action: 'session.refresh-refused',
        result: 'failure',
        occurredAt: clock.now(),
        origin,
        userId: user.id,
        sessionId: session.id,
        reason: 'session-ended',
      },
    ]);
  });

  it('leaves no trace of a token that it never made: there is no end to those', async () => {
    const before = database.tables;
    await expect(refresh('forged')).rejects.toMatchObject(invalid);
    expect(database.tables).toEqual(before);
  });

  it.each<UserStatus>(['suspended', 'deleted'])('refuses the token of a %s account', async (status) => {
    await unitOfWork.run(async ({ accounts }) => accounts.update(User.restore({ ...user.state, status })));
    await expect(refresh(tokenOf(session))).rejects.toMatchObject(invalid);
  });

  it('holds for any order of retries and pauses: one chain, or none', async () => {
    const step = fc.record({
      pause: fc.constantFrom(0, seconds(5), seconds(11)),
      back: fc.constantFrom(0, 0, 0, 1, 2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const chain = await open();
        let newest = 0;
        let spentAt = clock.now().getTime();
        let stolen = false;
        for (const { pause, back } of steps) {
          clock.advance(pause);
          const presented = newest - back;
          if (presented < 0) continue;
          const retry = back === 1 && clock.now().getTime() - spentAt <= policy.refreshGrace;
          const outcome = await refresh(tokenOf(chain, presented)).catch(() => null);
          stolen ||= back > 0 && !retry;
          if (stolen) {
            expect(outcome).toBeNull();
            continue;
          }
          if (back === 0) {
            newest += 1;
            spentAt = clock.now().getTime();
          }
          expect(outcome?.refreshToken.expose()).toBe(tokenOf(chain, newest));
        }
        expect(await revocationOf(chain)).toBe(stolen ? 'refresh-token-reused' : null);
      }),
    );
  });
});
