import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryDatabase,
  InMemorySessionStore,
  InMemoryUnitOfWork,
} from '#adapters/memory';
import type { Identifier, User } from '#domain/identity';
import { anEmail, aPhone, aUser, proved } from '#domain/identity/testing';
import { days, minutes } from '#domain/kernel';
import { anOrigin, at, FixedClock, inParallel, SequentialIds } from '#domain/kernel/testing';
import { aSessionPolicy } from '#domain/session/testing';
import type { SessionPolicy } from '../model/session.entity.js';
import { SignInGate, type SignInDecision, type SignUpPolicy } from './sign-in-gate.js';

const origin = anOrigin();
const profile = { displayName: 'Grace', locale: 'de' };
const open: SignUpPolicy = { open: true, roles: ['user'] };
const closed: SignUpPolicy = { open: false, roles: ['user'] };

describe('SignInGate', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let clock: FixedClock;

  beforeEach(() => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    clock = new FixedClock();
  });

  interface Arrival {
    readonly policy?: SessionPolicy;
    readonly signUp?: SignUpPolicy;
    readonly userAgent?: string;
  }

  /** Somebody has proved the identifier; what does the gate make of it? */
  const arrive = (
    identifier: Identifier,
    { policy = aSessionPolicy(), signUp = open, userAgent = origin.userAgent }: Arrival = {},
  ): Promise<SignInDecision> => {
    const gate = new SignInGate(new SequentialIds(), policy, signUp);
    return unitOfWork.run(async (tx) => {
      const now = clock.now();
      const candidate = await gate.candidate(tx, identifier, now);
      return gate.admit(tx, candidate, { identifier, method: 'otp', profile }, { ...origin, userAgent }, now);
    });
  };
  const admitted = async (identifier: Identifier, arrival?: Arrival) => {
    const decision = await arrive(identifier, arrival);
    if (decision.outcome === 'refused') throw decision.error;
    return decision;
  };
  const insert = async (user: User): Promise<User> => {
    await unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    return user;
  };
  const actions = () => database.tables.audit.map(({ action }) => action);
  const notices = () => database.tables.outbox.map(({ event }) => event.type);
  const live = async (userId: string) =>
    (await new InMemorySessionStore(database).listLive(userId, clock.now())).map(({ id }) => id);

  describe('for an identifier that nobody holds', () => {
    it('makes an account with the profile and the roles of the policy, and opens a session', async () => {
      const identifier = anEmail();
      const { user, session, superseded } = await admitted(identifier);
      const stored = await new InMemoryAccountDirectory(database).findById(user.id);
      expect(stored?.state).toEqual({
        id: user.id,
        status: 'active',
        profile,
        roles: ['user'],
        identifiers: [{ id: expect.any(String), identifier, verifiedAt: at(0) }],
        createdAt: at(0),
        updatedAt: at(0),
        deletedAt: null,
        lockedUntil: null,
      });
      expect((await new InMemorySessionStore(database).find(user.id, session.id))?.state).toEqual({
        id: session.id,
        userId: user.id,
        generation: 0,
        authenticationMethods: ['otp'],
        address: origin.address,
        userAgent: origin.userAgent,
        createdAt: at(0),
        lastActiveAt: at(0),
        expiresAt: at(days(30)),
        absoluteExpiresAt: at(days(90)),
        revokedAt: null,
        revocationReason: null,
      });
      expect(superseded).toEqual([]);
    });

    it('records registration and session, and welcomes without warning of a new device', async () => {
      const identifier = aPhone();
      const { user, session } = await admitted(identifier);
      const about = { result: 'success', occurredAt: at(0), origin, actorId: user.id, userId: user.id };
      expect(database.tables.audit).toEqual([
        { ...about, action: 'user.registered', metadata: { method: 'otp', kind: 'phone' } },
        { ...about, action: 'session.opened', sessionId: session.id, metadata: { method: 'otp' } },
      ]);
      expect(database.tables.outbox.map(({ event }) => event)).toEqual([
        {
          id: expect.any(String),
          type: 'user.registered',
          occurredAt: at(0),
          payload: { userId: user.id, channel: 'sms', to: identifier.value, ...profile },
        },
      ]);
    });

    it('refuses while sign-up is closed, on record, and makes nothing', async () => {
      const decision = await arrive(anEmail(), { signUp: closed });
      expect(decision).toMatchObject({
        outcome: 'refused',
        error: { kind: 'forbidden', code: 'sign-up-closed' },
      });
      expect(database.tables).toMatchObject({ users: [], sessions: [], outbox: [] });
      expect(database.tables.audit).toEqual([
        {
          action: 'session.refused',
          result: 'failure',
          occurredAt: at(0),
          origin,
          reason: 'sign-up-closed',
          metadata: { method: 'otp' },
        },
      ]);
    });

    it('makes one account of 20 who arrive at once', async () => {
      const identifier = anEmail();
      const decisions = await inParallel(20, () => admitted(identifier));
      expect(new Set(decisions.map(({ user }) => user.id)).size).toBe(1);
      expect(actions().filter((action) => action === 'user.registered')).toHaveLength(1);
    });
  });

  describe('for the holder of an account', () => {
    it('opens a session of that account, by any of its identifiers, also while sign-up is closed', async () => {
      const user = await insert(aUser({ identifiers: [proved(), proved(aPhone())] }));
      for (const { identifier } of user.identifiers) {
        const decision = await admitted(identifier, { signUp: closed });
        expect(decision.user.state).toEqual(user.state);
        expect(decision.session.userId).toBe(user.id);
      }
      expect(actions()).toEqual(['session.opened', 'session.opened']);
    });

    it.each(['suspended', 'deleted'] as const)(
      'refuses when the account is %s, on record',
      async (status) => {
        const user = await insert(aUser({ status }));
        const decision = await arrive(user.identifiers[0]!.identifier);
        expect(decision).toMatchObject({
          outcome: 'refused',
          error: { kind: 'forbidden', code: `account-${status}` },
        });
        expect(database.tables).toMatchObject({ sessions: [], outbox: [] });
        expect(database.tables.audit).toEqual([
          {
            action: 'session.refused',
            result: 'failure',
            occurredAt: at(0),
            origin,
            userId: user.id,
            reason: `account-${status}`,
            metadata: { method: 'otp' },
          },
        ]);
      },
    );

    it('warns the account’s email address of a device that none of its live sessions shows', async () => {
      const user = await insert(aUser({ identifiers: [proved(aPhone()), proved()] }));
      const { identifier } = user.identifiers[0]!;
      await admitted(identifier, { userAgent: 'Firefox' });
      await admitted(identifier, { userAgent: 'Firefox' });
      expect(notices()).toEqual(['session.opened-on-new-device']);
      await admitted(identifier, { userAgent: 'Safari' });
      expect(database.tables.outbox.at(-1)?.event).toEqual({
        id: expect.any(String),
        type: 'session.opened-on-new-device',
        occurredAt: at(0),
        payload: {
          userId: user.id,
          channel: 'email',
          to: user.identifiers[1]!.identifier.value,
          displayName: 'Ada',
          locale: 'en',
          address: origin.address,
          userAgent: 'Safari',
          occurredAt: at(0).toISOString(),
        },
      });
    });
  });

  describe('with a limit on sessions', () => {
    const policy = aSessionPolicy({ maximumPerUser: 2 });

    it('ends the oldest that is too many, on record, and says which', async () => {
      const identifier = anEmail();
      const opened: string[] = [];
      for (let i = 0; i < 3; i++) {
        const { session, superseded } = await admitted(identifier, { policy });
        opened.push(session.id);
        expect(superseded).toEqual(i < 2 ? [] : [opened[0]]);
        clock.advance(minutes(1));
      }
      const { userId } = database.tables.sessions[0]!;
      expect((await live(userId)).sort()).toEqual(opened.slice(1));
      expect(database.tables.audit.filter(({ action }) => action === 'session.revoked')).toEqual([
        {
          action: 'session.revoked',
          result: 'success',
          occurredAt: at(minutes(2)),
          origin,
          actorId: userId,
          userId,
          sessionId: opened[0],
          reason: 'superseded',
        },
      ]);
    });

    it('does not count sessions that ended by themselves', async () => {
      const identifier = anEmail();
      await admitted(identifier, { policy: { ...policy, idleLifetime: minutes(1) } });
      clock.advance(minutes(1));
      await admitted(identifier, { policy });
      expect((await admitted(identifier, { policy })).superseded).toEqual([]);
    });

    it('is kept to by 20 who sign in at once', async () => {
      const user = await insert(aUser());
      await inParallel(20, () => admitted(user.identifiers[0]!.identifier, { policy }));
      expect(await live(user.id)).toHaveLength(2);
    });

    it('leaves one when one is the limit', async () => {
      const user = await insert(aUser());
      const last = await inParallel(5, () =>
        admitted(user.identifiers[0]!.identifier, { policy: aSessionPolicy({ maximumPerUser: 1 }) }),
      );
      expect(await live(user.id)).toEqual([last.at(-1)!.session.id]);
    });
  });
});
