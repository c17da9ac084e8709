import { beforeEach, describe, expect, it } from '@jest/globals';
import { User, type UserState } from '#domain/identity';
import { aUser } from '#domain/identity/testing';
import { addMilliseconds, days, minutes, seconds, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, newId, tally } from '#domain/kernel/testing';
import type {
  Rotation,
  RotationOutcome,
  Session,
  SessionState,
  SessionStore,
  SignInTx,
} from '#domain/session';
import { aDevice } from './device.mother.js';
import { aSession } from './session.mother.js';

export interface SessionStoreSubject {
  readonly unitOfWork: UnitOfWork<SignInTx>;
  readonly store: SessionStore;
}

/** Run by a spec for each adapter, on a database without sessions. */
export function describeSessionStoreContract(
  name: string,
  makeSubject: () => SessionStoreSubject | Promise<SessionStoreSubject>,
): void {
  describe(`SessionStore contract: ${name}`, () => {
    let subject: SessionStoreSubject;
    let store: SessionStore;
    let user: User;

    beforeEach(async () => {
      subject = await makeSubject();
      ({ store } = subject);
      user = aUser({ roles: ['user', 'admin'] });
      await subject.unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    });

    const opened = async (overrides: Partial<SessionState> = {}): Promise<Session> => {
      const session = aSession({ userId: user.id, ...overrides });
      await subject.unitOfWork.run(async ({ sessions }) => sessions.insert(session));
      return session;
    };
    const stateOf = async ({ userId, id }: Session): Promise<SessionState | undefined> =>
      (await store.findWithRoles(userId, id))?.session.state;

    describe('rotating a refresh token', () => {
      const rotate = (
        { userId, id }: Session,
        generation: number,
        now = at(minutes(1)),
        rotation: Partial<Rotation> = {},
      ): Promise<RotationOutcome> =>
        store.rotate(
          { userId, sessionId: id, generation },
          {
            now,
            expiresAt: addMilliseconds(now, days(30)),
            graceStart: addMilliseconds(now, -seconds(10)),
            address: '198.51.100.9',
            userAgent: 'Safari',
            ...rotation,
          },
        );

      it('spends the newest token and moves the session on', async () => {
        const session = await opened();
        const now = at(minutes(1));
        const state = {
          ...session.state,
          generation: 1,
          lastActiveAt: now,
          expiresAt: addMilliseconds(now, days(30)),
          address: '198.51.100.9',
          userAgent: 'Safari',
        };
        expect(await rotate(session, 0, now)).toEqual({
          outcome: 'rotated',
          session: state,
          roles: ['user', 'admin'],
        });
        expect(await stateOf(session)).toEqual(state);
      });

      it('never slides past the absolute end of the session', async () => {
        const session = await opened({ absoluteExpiresAt: at(days(7)), expiresAt: at(days(7)) });
        await rotate(session, 0);
        expect((await stateOf(session))?.expiresAt).toEqual(at(days(7)));
      });

      it('rotates one of 50 parallel repeats, and all of them get the same successor', async () => {
        const session = await opened();
        const outcomes = await inParallel(50, () => rotate(session, 0));
        expect(tally(outcomes.map(({ outcome }) => outcome))).toEqual({ rotated: 1, repeated: 49 });
        for (const { outcome: _, ...granted } of outcomes) {
          expect(granted).toEqual({ session: await stateOf(session), roles: ['user', 'admin'] });
        }
        expect((await stateOf(session))?.generation).toBe(1);
      });

      it('takes a repeat for a retry until the grace ends and not one millisecond longer', async () => {
        const session = await opened();
        const now = at(minutes(1));
        await rotate(session, 0, now);
        const before = await stateOf(session);
        const graceEnd = addMilliseconds(now, seconds(10));
        expect(await rotate(session, 0, graceEnd)).toMatchObject({ outcome: 'repeated', session: before });
        expect(await rotate(session, 0, addMilliseconds(graceEnd, 1))).toEqual({ outcome: 'reused' });
        expect(await stateOf(session)).toEqual(before);
      });

      it('takes a token for stolen whose successor was spent, also inside the grace', async () => {
        const session = await opened();
        await rotate(session, 0);
        await rotate(session, 1);
        const before = await stateOf(session);
        expect(await rotate(session, 0)).toEqual({ outcome: 'reused' });
        expect(await stateOf(session)).toEqual(before);
        expect(await rotate(session, 1)).toMatchObject({ outcome: 'repeated' });
      });

      it('knows no token of a generation that was never issued', async () => {
        const session = await opened();
        expect(await rotate(session, 1)).toEqual({ outcome: 'ended' });
        expect(await stateOf(session)).toEqual(session.state);
      });

      it.each<[string, () => Promise<Session>]>([
        ['never was', async () => aSession({ userId: user.id })],
        ['has expired', () => opened({ expiresAt: at(minutes(1)) })],
        ['belongs to nobody', () => opened({ userId: newId() })],
        [
          'was revoked',
          async () => {
            const session = await opened();
            await subject.unitOfWork.run(({ sessions }) =>
              sessions.revoke(user.id, [session.id], 'signed-out', at(1)),
            );
            return session;
          },
        ],
      ])('refuses a session that %s, newest token or not', async (_why, makeSession) => {
        const session = await makeSession();
        expect(await rotate(session, 0)).toEqual({ outcome: 'ended' });
        expect(await rotate(session, 7)).toEqual({ outcome: 'ended' });
      });

      it.each<Partial<UserState>>([
        { status: 'suspended' },
        { status: 'deleted' },
        { status: 'pending' },
        { lockedUntil: at(days(1)) },
      ])('refuses a session of an account with %j', async (change) => {
        const session = await opened();
        await rotate(session, 0);
        const before = await stateOf(session);
        await subject.unitOfWork.run(async ({ accounts }) =>
          accounts.update(User.restore({ ...user.state, ...change })),
        );
        for (const generation of [0, 1]) {
          expect(await rotate(session, generation)).toEqual({ outcome: 'ended' });
        }
        expect(await stateOf(session)).toEqual(before);
      });

      it('does not take the id of a session for proof of whose it is', async () => {
        const session = await opened();
        const stranger = aSession({ ...session.state, userId: aUser().id });
        expect(await rotate(stranger, 0)).toEqual({ outcome: 'ended' });
      });

      it('either rotates or revokes when both come at once', async () => {
        for (let round = 0; round < 10; round++) {
          const session = await opened();
          const revoke = () =>
            subject.unitOfWork.run(({ sessions }) =>
              sessions.revoke(user.id, [session.id], 'signed-out', at(minutes(1))),
            );
          const [{ outcome }] = await Promise.all([rotate(session, 0), revoke()]);
          const state = await stateOf(session);
          expect(state?.revocationReason).toBe('signed-out');
          expect(state?.generation).toBe(outcome === 'rotated' ? 1 : 0);
        }
      });
    });

    it('finds a session by user and id, with the roles that its account has now, and none whose account is gone', async () => {
      const session = await opened();
      const found = () => store.findWithRoles(user.id, session.id);
      expect(await found()).toEqual({ session, roles: ['user', 'admin'] });
      await subject.unitOfWork.run(async ({ accounts }) => accounts.update(user.withRoles([], at(1))));
      expect(await found()).toEqual({ session, roles: [] });
      expect(await store.findWithRoles(newId(), session.id)).toBeNull();
      expect(await store.findWithRoles(user.id, newId())).toBeNull();
      const orphan = await opened({ userId: newId() });
      expect(await store.findWithRoles(orphan.userId, orphan.id)).toBeNull();
    });

    it('finds and lists sessions with how their devices stand at the moment', async () => {
      const [device, removed] = [aDevice({ userId: user.id }), aDevice({ userId: user.id })];
      const standingOf = async ({ userId, id }: Session) => {
        const listed = (await store.listLive(userId, at(1))).find((session) => session.id === id);
        const found = await store.findWithRoles(userId, id);
        expect(found?.session).toEqual(listed);
        return listed?.device;
      };
      await subject.unitOfWork.run(async ({ devices }) =>
        [device, removed].forEach((each) => devices.insert(each)),
      );
      const session = await opened({ deviceId: device.id });
      const orphan = await opened({ deviceId: removed.id });
      expect(await standingOf(session)).toEqual({ firstSeenAt: device.state.firstSeenAt, trusted: false });
      await subject.unitOfWork.run(async ({ devices }) => {
        await devices.setTrust(user.id, device.id, at(1));
        await devices.remove(user.id, removed.id);
      });
      expect(await standingOf(session)).toMatchObject({ trusted: true });
      expect(await standingOf(orphan)).toBeNull();
      expect(await standingOf(await opened())).toBeNull();
    });

    it('lists the live sessions of a user, newest first', async () => {
      const now = at(minutes(10));
      const [middle, newest, oldest] = [
        await opened({ createdAt: at(2) }),
        await opened({ createdAt: at(3) }),
        await opened({ createdAt: at(1) }),
      ];
      await opened({ expiresAt: now });
      await opened({ userId: newId() });
      const revoked = await opened();
      await subject.unitOfWork.run(({ sessions }) =>
        sessions.revoke(user.id, [revoked.id], 'signed-out', at(4)),
      );
      const listed = await store.listLive(user.id, now);
      expect(listed.map(({ state }) => state)).toEqual([newest, middle, oldest].map(({ state }) => state));
    });

    it('notes activity, and never an earlier one', async () => {
      const session = await opened();
      await store.touch(user.id, session.id, at(5));
      await store.touch(user.id, session.id, at(4));
      expect(await stateOf(session)).toEqual({ ...session.state, lastActiveAt: at(5) });
      await store.touch(user.id, newId(), at(6));
    });

    it('is not changed through what it gave away', async () => {
      const session = await opened();
      const given = (await stateOf(session))!;
      given.expiresAt.setTime(0);
      (given.authenticationMethods as string[]).push('magic');
      expect(await stateOf(session)).toEqual(aSession({ ...session.state }).state);
      expect((await stateOf(session))?.authenticationMethods).toEqual(['otp']);
    });

    describe('purging', () => {
      const ending = (absoluteExpiresAt: Date) => opened({ absoluteExpiresAt, expiresAt: absoluteExpiresAt });

      it('deletes sessions past their absolute end, and no other', async () => {
        const [gone, kept] = [await ending(at(-1)), await ending(at(0))];
        expect(await store.purgeEnded(at(0), 10)).toBe(1);
        expect(await stateOf(gone)).toBeUndefined();
        expect(await stateOf(kept)).toEqual(kept.state);
      });

      it('keeps to its limit, the longest ended first, and adds up over several instances', async () => {
        const oldest = await ending(at(-days(2)));
        await inParallel(29, () => ending(at(-days(1))));
        expect(await store.purgeEnded(at(0), 1)).toBe(1);
        expect(await stateOf(oldest)).toBeUndefined();
        const purged = await inParallel(10, () => store.purgeEnded(at(0), 100));
        expect(purged.reduce((sum, n) => sum + n)).toBe(29);
      });
    });
  });
}
