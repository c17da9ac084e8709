import { beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from '#domain/identity';
import { anEmail, aUser } from '#domain/identity/testing';
import { minutes, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, newId } from '#domain/kernel/testing';
import type { LiveSession, Session, Sessions, SessionState, SessionStore, SignInTx } from '#domain/session';
import { aSession } from './session.mother.js';

export interface SessionsSubject {
  readonly unitOfWork: UnitOfWork<SignInTx>;
  readonly store: SessionStore;
  /** Resolves once a transaction waits for what another one holds. */
  someoneWaits(): Promise<void>;
}

/** Run by a spec for each adapter. */
export function describeSessionsContract(
  name: string,
  makeSubject: () => SessionsSubject | Promise<SessionsSubject>,
): void {
  describe(`Sessions contract: ${name}`, () => {
    let subject: SessionsSubject;
    let user: User;
    let stranger: User;
    let [first, second, third]: Session[] = [];

    const run = <T>(work: (sessions: Sessions) => Promise<T>): Promise<T> =>
      subject.unitOfWork.run(({ sessions }) => work(sessions));
    const insert = async (...sessions: Session[]): Promise<void> =>
      run(async (store) => sessions.forEach((session) => store.insert(session)));
    const stateOf = async ({ userId, id }: Session): Promise<SessionState | undefined> =>
      (await subject.store.findWithRoles(userId, id))?.session.state;
    const revocationsOf = (sessions: readonly Session[]) =>
      Promise.all(sessions.map(async (session) => (await stateOf(session))?.revocationReason));

    beforeEach(async () => {
      subject = await makeSubject();
      [user, stranger] = [aUser(), aUser()];
      await subject.unitOfWork.run(async ({ accounts }) =>
        [user, stranger].forEach((each) => accounts.insert(each)),
      );
      [first, second, third] = [1, 2, 3].map((minute) =>
        aSession({ userId: user.id, createdAt: at(minutes(minute)) }),
      ) as [Session, Session, Session];
      await insert(first, second, third);
    });

    const now = at(minutes(10));
    const ofUser = () => [first!, second!, third!];

    it('stores a session as it was opened', async () => {
      const session = aSession({
        userId: user.id,
        generation: 7,
        address: '2001:db8::1',
        userAgent: `O'Brien "日本" \\`,
        deviceId: newId(),
        country: 'DE',
        risk: { score: 40, reasons: ['new-device', 'new-country'] },
      });
      await insert(session);
      expect(await stateOf(session)).toEqual(session.state);
    });

    it('lists the live sessions of whoever holds the identifier, and nobody else', async () => {
      const ended = aSession({ userId: user.id, revokedAt: at(0), revocationReason: 'signed-out' });
      const expired = aSession({ userId: user.id, expiresAt: now });
      await insert(expired, aSession({ userId: stranger.id }));
      await run(async (sessions) => {
        sessions.insert(aSession({ ...ended.state, revokedAt: null, revocationReason: null }));
        await sessions.revoke(user.id, [ended.id], 'signed-out', at(1));
      });
      const live = await run((sessions) => sessions.liveByIdentifier(user.identifiers[0]!.identifier, now));
      const expected = ofUser().map(({ id, state: { deviceId, createdAt } }) => ({
        id,
        deviceId,
        createdAt,
      }));
      expect([...live].sort(byId)).toEqual(expected);
      expect(await run((sessions) => sessions.liveByIdentifier(anEmail(), now))).toEqual([]);
    });

    it('shows a sign-in that waited for the account what the one before it opened', async () => {
      const { identifier } = user.identifiers[0]!;
      const locked = Promise.withResolvers<void>();
      const opened = aSession({ userId: user.id });
      const earlier = subject.unitOfWork.run(async ({ accounts, sessions }) => {
        await accounts.lockByIdentifier(identifier);
        sessions.insert(opened);
        locked.resolve();
        await subject.someoneWaits();
      });
      await locked.promise;
      const later = subject.unitOfWork.run(async ({ accounts, sessions }) => {
        const [, live] = await Promise.all([
          accounts.lockByIdentifier(identifier),
          sessions.liveByIdentifier(identifier, now),
        ]);
        return live.map(({ id }) => id);
      });
      await earlier;
      expect(await later).toContain(opened.id);
    });

    it('knows a live session of a user, and none that has ended, is over or is of somebody else', async () => {
      const [expired, ofAnother] = [aSession({ userId: user.id, expiresAt: now }), aSession()];
      await insert(expired, ofAnother);
      await run((sessions) => sessions.revoke(user.id, [second!.id], 'ended-by-user', now));
      const live = await run((sessions) =>
        Promise.all([...ofUser(), expired, ofAnother].map(({ id }) => sessions.isLive(user.id, id, now))),
      );
      expect(live).toEqual([true, false, true, false, false]);
    });

    it('ends the sessions that it is told to, with time and reason, and says which', async () => {
      const ended = await run((sessions) =>
        sessions.revoke(user.id, [first!.id, third!.id], 'ended-by-user', now),
      );
      expect([...ended].sort()).toEqual([first!.id, third!.id]);
      expect(await revocationsOf(ofUser())).toEqual(['ended-by-user', null, 'ended-by-user']);
      expect((await stateOf(first!))?.revokedAt).toEqual(now);
    });

    it.each<[string, (sessions: Sessions) => Promise<readonly string[]>, (string | null)[]]>([
      [
        'all but one',
        (s) => s.revokeOthers(user.id, second!.id, 'ended-by-user', now),
        ['ended-by-user', null, 'ended-by-user'],
      ],
      [
        'all',
        (s) => s.revokeOthers(user.id, null, 'signed-out', now),
        ['signed-out', 'signed-out', 'signed-out'],
      ],
    ])('ends %s of a user, and says which', async (_which, revoke, reasons) => {
      const [bystander, expired] = [
        aSession({ userId: stranger.id }),
        aSession({ userId: user.id, expiresAt: now }),
      ];
      await insert(bystander, expired);
      const ended = await run(revoke);
      const expected = ofUser().filter((_, i) => reasons[i] !== null);
      expect([...ended].sort()).toEqual(expected.map(({ id }) => id));
      expect(await revocationsOf([...ofUser(), bystander, expired])).toEqual([...reasons, null, null]);
    });

    it.each<[string, (sessions: Sessions) => void, (string | null)[]]>([
      [
        'those that gave way',
        (s) => s.supersede(user.id, [first!.id, second!.id], now),
        ['superseded', 'superseded', null],
      ],
      ['all at once', (s) => s.revokeAll(user.id, 'account-deleted', now), Array(3).fill('account-deleted')],
    ])('ends %s with the commit', async (_which, revoke, reasons) => {
      const bystander = aSession({ userId: stranger.id });
      await insert(bystander);
      await run(async (sessions) => revoke(sessions));
      expect(await revocationsOf([...ofUser(), bystander])).toEqual([...reasons, null]);
    });

    it('ends the sessions of one device, and says which', async () => {
      const deviceId = newId();
      const [one, two] = [aSession({ userId: user.id, deviceId }), aSession({ userId: user.id, deviceId })];
      const [ofAnother, expired] = [
        aSession({ userId: stranger.id, deviceId }),
        aSession({ userId: user.id, deviceId, expiresAt: now }),
      ];
      await insert(one, two, ofAnother, expired, aSession({ userId: user.id, deviceId: newId() }));
      const ended = await run((sessions) =>
        sessions.revokeOnDevice(user.id, deviceId, 'device-removed', now),
      );
      expect([...ended].sort()).toEqual([one.id, two.id].sort());
      const reasons = ['device-removed', 'device-removed', null, null, null, null, null];
      expect(await revocationsOf([one, two, ofAnother, expired, ...ofUser()])).toEqual(reasons);
    });

    it('ends no session of another user, whatever ids it is given', async () => {
      const other = newId();
      expect(await run((sessions) => sessions.revoke(other, [first!.id], 'ended-by-user', now))).toEqual([]);
      await run(async (sessions) => sessions.supersede(other, [first!.id], now));
      expect(await revocationsOf([first!])).toEqual([null]);
    });

    it('does not end a session twice, nor one that expired', async () => {
      const expired = aSession({ userId: user.id, expiresAt: now });
      await insert(expired);
      const ids = [first!.id, expired.id];
      await run((sessions) => sessions.revoke(user.id, ids, 'signed-out', now));
      expect(await run((sessions) => sessions.revoke(user.id, ids, 'ended-by-user', now))).toEqual([]);
      expect(await revocationsOf([first!, expired])).toEqual(['signed-out', null]);
    });

    it('tells one of 20 parallel callers that it was the one who ended a session', async () => {
      const answers = await inParallel(20, () =>
        run((sessions) => sessions.revokeOthers(user.id, null, 'signed-out', now)),
      );
      expect(answers.flat().sort()).toEqual(ofUser().map(({ id }) => id));
    });

    it('ends nothing when the unit of work fails', async () => {
      const failing = run(async (sessions) => {
        await sessions.revokeOthers(user.id, null, 'signed-out', now);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await revocationsOf(ofUser())).toEqual([null, null, null]);
    });
  });
}

const byId = (a: LiveSession, b: LiveSession): number => (a.id < b.id ? -1 : 1);
