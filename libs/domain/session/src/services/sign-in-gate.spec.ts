import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryDatabase,
  InMemorySessionStore,
  InMemoryUnitOfWork,
} from '#adapters/memory';
import type { Identifier, User } from '#domain/identity';
import { anEmail, aPhone, aUser, proved } from '#domain/identity/testing';
import { days, hours, minutes } from '#domain/kernel';
import { anOrigin, at, FixedClock, inParallel, SequentialIds } from '#domain/kernel/testing';
import { aSessionPolicy, aSignInGate } from '#domain/session/testing';
import type { KnownDevice } from '../model/device-recognition.js';
import type { SessionPolicy } from '../model/session.entity.js';
import type { SignInDecision, SignUpPolicy } from './sign-in-gate.js';

const origin = anOrigin();
const profile = { displayName: 'Grace', locale: 'de' };
const open: SignUpPolicy = { open: true, roles: ['user'] };
const closed: SignUpPolicy = { open: false, roles: ['user'] };

describe('SignInGate', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let clock: FixedClock;
  let ids: SequentialIds;

  beforeEach(() => {
    ids = new SequentialIds();
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    clock = new FixedClock();
  });

  interface Arrival {
    readonly policy?: SessionPolicy;
    readonly signUp?: SignUpPolicy;
    readonly userAgent?: string;
    readonly address?: string;
    readonly device?: KnownDevice | null;
    readonly failedAttempts?: number;
  }

  /** Somebody has proved the identifier; what does the gate make of it? */
  const arrive = (
    identifier: Identifier,
    { policy = aSessionPolicy(), signUp = open, device = null, failedAttempts = 0, ...from }: Arrival = {},
  ): Promise<SignInDecision> => {
    const gate = aSignInGate(ids, policy, signUp);
    const proof = { identifier, method: 'otp', profile, device, failedAttempts } as const;
    return unitOfWork.run(async (tx) => {
      const now = clock.now();
      const candidate = await gate.candidate(tx, identifier, now);
      return gate.admit(tx, candidate, proof, { ...origin, ...from }, now);
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
      const found = await new InMemorySessionStore(database).findWithRoles(user.id, session.id);
      expect(found?.session.state).toEqual({
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
        deviceId: expect.any(String),
        country: 'DE',
        risk: { score: 0, reasons: [] },
      });
      expect(superseded).toEqual([]);
    });

    it('records registration and session, and welcomes without warning of a new device', async () => {
      const identifier = aPhone();
      const { user, session } = await admitted(identifier);
      const about = { result: 'success', occurredAt: at(0), origin, actorId: user.id, userId: user.id };
      expect(database.tables.audit).toEqual([
        { ...about, action: 'user.registered', metadata: { method: 'otp', kind: 'phone' } },
        {
          ...about,
          action: 'session.opened',
          sessionId: session.id,
          metadata: {
            method: 'otp',
            risk: 0,
            riskReasons: [],
            deviceId: session.state.deviceId,
            country: 'DE',
          },
        },
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

    it('warns the account’s email address of a device that it was never used from', async () => {
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

  describe('on a device', () => {
    const { identifier } = proved();
    let user: User;

    beforeEach(async () => {
      user = await insert(aUser({ identifiers: [{ ...proved(), identifier }] }));
    });

    const devices = () => database.tables.devices;
    const trust = (deviceId: string) =>
      unitOfWork.run((tx) => tx.devices.setTrust(user.id, deviceId, clock.now()));

    it('remembers it, and knows it again by its token, whatever it looks like by then', async () => {
      const first = await admitted(identifier);
      expect(first.device).toEqual({ userId: user.id, deviceId: first.session.state.deviceId });
      clock.advance(hours(2));
      const second = await admitted(identifier, { device: first.device, userAgent: 'Firefox on BSD' });
      expect(second.device).toEqual(first.device);
      expect(second.session.state.deviceId).toBe(first.device.deviceId);
      expect(devices()).toMatchObject([
        { id: first.device.deviceId, name: 'Firefox on BSD', firstSeenAt: at(0), lastSeenAt: at(hours(2)) },
      ]);
      expect(notices()).toEqual(['session.opened-on-new-device']);
    });

    it('spares its owner a warning of what looks like it, which is a device of its own all the same', async () => {
      const owner = await admitted(identifier);
      await trust(owner.device.deviceId);
      const alike = await admitted(identifier);
      expect(alike.session.state.risk.reasons).toEqual([]);
      expect(notices()).toEqual(['session.opened-on-new-device']);
      expect(devices().map(({ id, trustedAt }) => [id, trustedAt !== null])).toEqual([
        [owner.device.deviceId, true],
        [alike.device.deviceId, false],
      ]);
    });

    it('is one at one address for a client that keeps no tokens, also when 20 sign in at once', async () => {
      const decisions = await inParallel(20, () => admitted(identifier));
      expect(new Set(decisions.map(({ device }) => device.deviceId)).size).toBe(1);
      expect(devices()).toHaveLength(1);
    });

    it('does not pile up at changing addresses: one seen once gives way when its session is over', async () => {
      const policy = aSessionPolicy({ maximumPerUser: 3 });
      const opened: string[] = [];
      for (let i = 0; i < 10; i++) {
        const { device } = await admitted(identifier, { policy, address: `203.0.113.${i}` });
        opened.push(device.deviceId);
      }
      expect(
        devices()
          .map(({ id }) => id)
          .sort(),
      ).toEqual(opened.slice(-4).sort());
      const total = (hours: readonly number[]) => hours.reduce((sum, count) => sum + count);
      expect(Math.max(...devices().map(({ hours }) => total(hours)))).toBeGreaterThan(1);
    });

    it('does not give way to one that looks like it, once its token came back or its owner trusts it', async () => {
      const policy = aSessionPolicy({ maximumPerUser: 1 });
      const kept = await admitted(identifier, { policy });
      const trusted = await admitted(identifier, { policy });
      clock.advance(1);
      await admitted(identifier, { policy, device: kept.device });
      await trust(trusted.device.deviceId);
      for (let i = 0; i < 3; i++) await admitted(identifier, { policy });
      const known = devices().map(({ id }) => id);
      expect(known).toEqual(expect.arrayContaining([kept.device.deviceId, trusted.device.deviceId]));
    });

    it('does not take a token of another account for one of this', async () => {
      const { device } = await admitted(anEmail());
      const { session } = await admitted(identifier, { device });
      expect(session.state.deviceId).not.toBe(device.deviceId);
      expect(
        devices()
          .map(({ userId }) => userId)
          .sort(),
      ).toEqual([device.userId, user.id].sort());
    });

    it('is one for each of two accounts that take turns in one browser, which shows the token of the other', async () => {
      const another = anEmail();
      let device: KnownDevice | null = null;
      for (const each of [identifier, another, identifier, another, identifier]) {
        ({ device } = await admitted(each, { device }));
      }
      expect(new Set(devices().map(({ userId }) => userId)).size).toBe(2);
      expect(devices()).toHaveLength(2);
    });

    it('is new again once it was removed, under another id', async () => {
      const { device } = await admitted(identifier);
      await unitOfWork.run((tx) => tx.devices.remove(user.id, device.deviceId));
      const again = await admitted(identifier, { device });
      expect(again.device.deviceId).not.toBe(device.deviceId);
      expect(again.session.state.deviceId).toBe(again.device.deviceId);
      expect(notices()).toHaveLength(2);
    });

    it('is one device for 20 who show its token at once', async () => {
      const { device } = await admitted(identifier);
      await inParallel(20, () => admitted(identifier, { device }));
      expect(devices().map(({ id }) => id)).toEqual([device.deviceId]);
    });

    it('is new once for 20 who arrive on it at once without a token', async () => {
      await inParallel(20, () => admitted(identifier));
      expect(notices()).toHaveLength(1);
    });

    it('lets the longest unused give way to a fifty-first, and none that is trusted', async () => {
      for (let i = 0; i < 50; i++) {
        const { device } = await admitted(identifier, { userAgent: `browser ${i}` });
        if (i === 0) await trust(device.deviceId);
        clock.advance(minutes(20));
      }
      await admitted(identifier, { userAgent: 'one more' });
      const names = devices().map(({ name }) => name);
      expect(names).toHaveLength(50);
      expect(names).toEqual(expect.arrayContaining(['browser 0', 'browser 2', 'one more']));
      expect(names).not.toContain('browser 1');
    });

    it('judges the sign-in by all that the devices remember, on record', async () => {
      await admitted(identifier);
      clock.advance(hours(1));
      const { session } = await admitted(identifier, {
        address: '198.51.100.1',
        userAgent: 'Safari',
        failedAttempts: 4,
      });
      const { risk, country, deviceId } = session.state;
      expect(country).toBe('JP');
      expect(risk.reasons).toEqual(['new-device', 'new-country', 'impossible-travel', 'failed-attempts']);
      expect(database.tables.audit.at(-1)?.metadata).toEqual({
        method: 'otp',
        risk: risk.score,
        riskReasons: risk.reasons,
        deviceId,
        country: 'JP',
      });
    });

    it('counts how often the account signs in, also where each session ends the one before', async () => {
      const policy = aSessionPolicy({ maximumPerUser: 1 });
      for (let i = 0; i < 10; i++) await admitted(identifier, { policy });
      const { session } = await admitted(identifier, { policy });
      expect(session.state.risk.reasons).toEqual(['velocity']);
      clock.advance(hours(1));
      expect((await admitted(identifier, { policy })).session.state.risk.reasons).toEqual([]);
    });

    it('remembers nothing of a sign-in that is refused', async () => {
      await unitOfWork.run(async ({ accounts }) => accounts.update(user.withStatus('suspended', at(0))));
      await arrive(identifier);
      expect(devices()).toEqual([]);
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
