import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '#domain/audit';
import { anAuditEvent } from '#domain/audit/testing';
import { identifierTaken, type AccountDirectory } from '#domain/identity';
import { anEmail, aUser, proved } from '#domain/identity/testing';
import type { DomainEvent, UnitOfWork } from '#domain/kernel';
import { anEvent, at } from '#domain/kernel/testing';
import type { OtpChallenges } from '#domain/otp';
import type { SessionStore, SignInTx } from '#domain/session';
import { aSession } from '#domain/session/testing';
import { aChallenge, anOtpPolicy, aReference } from './otp.mother.js';

/** The widest transaction that a use case asks for: it holds every store. */
export type SignInWithCodeTx = SignInTx & { readonly challenges: OtpChallenges };

export interface UnitOfWorkSubject {
  readonly unitOfWork: UnitOfWork<SignInWithCodeTx>;
  readonly directory: AccountDirectory;
  readonly sessions: SessionStore;
  /** In the order in which they were appended. */
  audited(requestId: string): Promise<readonly AuditEvent[]>;
  published(eventId: string): Promise<{ readonly event: DomainEvent; readonly urgent: boolean } | undefined>;
}

/** Run by a spec for each adapter. */
export function describeUnitOfWorkContract(
  name: string,
  makeSubject: () => UnitOfWorkSubject | Promise<UnitOfWorkSubject>,
): void {
  describe(`UnitOfWork contract: ${name}`, () => {
    let subject: UnitOfWorkSubject;

    beforeEach(async () => {
      subject = await makeSubject();
    });

    /** Something for each store, all about one person. */
    const aSignIn = (identifier = anEmail()) => {
      const user = aUser({ identifiers: [proved(identifier)] });
      return {
        user,
        challenge: aChallenge({ reference: aReference({ identifier: anEmail() }) }),
        session: aSession({ userId: user.id }),
        audit: anAuditEvent({
          userId: user.id,
          reason: 'test',
          metadata: { kind: 'email', count: 1, new: true },
        }),
        event: anEvent({ payload: { userId: user.id, nested: { list: [1, 'two', null] } } }),
      };
    };
    type SignIn = ReturnType<typeof aSignIn>;

    const write = async (tx: SignInWithCodeTx, signIn: SignIn): Promise<void> => {
      tx.accounts.insert(signIn.user);
      tx.sessions.insert(signIn.session);
      tx.audit.append(signIn.audit);
      tx.outbox.append(signIn.event, { urgent: true });
      await tx.challenges.issue(signIn.challenge, anOtpPolicy());
    };

    const storesThatHold = async ({ user, challenge, session, audit, event }: SignIn): Promise<string[]> => {
      const { reference, codeMac } = challenge;
      const held = {
        accounts: await subject.directory.findById(user.id),
        challenges: await subject.unitOfWork.run(async ({ challenges }) => {
          const { outcome } = await challenges.consume(reference, codeMac, anOtpPolicy(), at(1));
          return outcome === 'consumed';
        }),
        sessions: (await subject.sessions.listLive(user.id, session.state.createdAt)).length > 0,
        audit: (await subject.audited(audit.origin.requestId)).length > 0,
        outbox: await subject.published(event.id),
      };
      return Object.entries(held).flatMap(([store, holds]) => (holds ? [store] : []));
    };
    const everyStore = ['accounts', 'challenges', 'sessions', 'audit', 'outbox'];

    it('makes the writes to every store visible, and hands back the result of the work', async () => {
      const signIn = aSignIn();
      const result = await subject.unitOfWork.run(async (tx) => {
        await write(tx, signIn);
        return 'result';
      });
      expect(result).toBe('result');
      expect((await subject.directory.findById(signIn.user.id))?.state).toEqual(signIn.user.state);
      const found = await subject.sessions.findWithRoles(signIn.user.id, signIn.session.id);
      expect(found?.session.state).toEqual(signIn.session.state);
      expect(await subject.audited(signIn.audit.origin.requestId)).toEqual([signIn.audit]);
      expect(await subject.published(signIn.event.id)).toEqual({ event: signIn.event, urgent: true });
      expect(await storesThatHold(signIn)).toEqual(everyStore);
    });

    it('keeps audit rows in the order in which they were appended', async () => {
      const first = anAuditEvent({ action: 'otp.verified' });
      const second = anAuditEvent({ action: 'session.opened', origin: first.origin });
      await subject.unitOfWork.run(async ({ audit }) => {
        audit.append(first);
        audit.append(second);
      });
      expect(await subject.audited(first.origin.requestId)).toEqual([first, second]);
    });

    it('lets the work see its own writes before anybody else does', async () => {
      const { user } = aSignIn();
      await subject.unitOfWork.run(async ({ accounts }) => {
        accounts.insert(user);
        expect((await accounts.lockById(user.id))?.state).toEqual(user.state);
        expect(await subject.directory.findById(user.id)).toBeNull();
      });
    });

    it('leaves nothing in any store when the work throws, and throws what it threw', async () => {
      const signIn = aSignIn();
      const failure = new Error('changed my mind');
      const failing = subject.unitOfWork.run(async (tx) => {
        await write(tx, signIn);
        throw failure;
      });
      await expect(failing).rejects.toBe(failure);
      expect(await storesThatHold(signIn)).toEqual([]);
    });

    it('runs work that touches nothing', async () => {
      expect(await subject.unitOfWork.run(async () => 'result')).toBe('result');
      const failure = new Error('changed my mind');
      await expect(subject.unitOfWork.run(() => Promise.reject(failure))).rejects.toBe(failure);
    });

    it('fails, and leaves nothing, when a write that nobody awaited cannot be stored', async () => {
      const [earlier, signIn] = [aSignIn(), aSignIn()];
      await subject.unitOfWork.run((tx) => write(tx, earlier));
      const failing = subject.unitOfWork.run(async (tx) => {
        await write(tx, signIn);
        tx.outbox.append(earlier.event);
      });
      await expect(failing).rejects.toThrow(/duplicate/);
      expect(await storesThatHold(signIn)).toEqual([]);
    });

    it('refuses to run inside another, which fails too and leaves nothing', async () => {
      const [outer, inner] = [aSignIn(), aSignIn()];
      const nested = subject.unitOfWork.run(async (tx) => {
        await write(tx, outer);
        await subject.unitOfWork.run((innerTx) => write(innerTx, inner));
      });
      await expect(nested).rejects.toThrow('must not run inside another');
      expect(await storesThatHold(outer)).toEqual([]);
      expect(await storesThatHold(inner)).toEqual([]);
    });

    it('runs 50 side by side, and the failure of some is nothing to the others', async () => {
      const signIns = Array.from({ length: 50 }, () => aSignIn());
      const results = await Promise.allSettled(
        signIns.map((signIn, i) =>
          subject.unitOfWork.run(async (tx) => {
            await write(tx, signIn);
            if (i % 2 === 1) throw new Error('an odd one');
          }),
        ),
      );
      expect(results.map(({ status }) => status === 'fulfilled')).toEqual(signIns.map((_, i) => i % 2 === 0));
      const held = await Promise.all(signIns.map(storesThatHold));
      expect(held).toEqual(signIns.map((_, i) => (i % 2 === 0 ? everyStore : [])));
    });

    it('lets one of two parallel registrations win, and the other leave nothing behind', async () => {
      for (let round = 0; round < 5; round++) {
        const identifier = anEmail();
        const signIns = [aSignIn(identifier), aSignIn(identifier)];
        const results = await Promise.allSettled(
          signIns.map((signIn) => subject.unitOfWork.run((tx) => write(tx, signIn))),
        );
        const loser = results.findIndex(({ status }) => status === 'rejected');
        expect(results[loser]).toMatchObject({ reason: identifierTaken() });
        expect(await storesThatHold(signIns[loser]!)).toEqual([]);
        expect(await storesThatHold(signIns[1 - loser]!)).toEqual(everyStore);
      }
    });

    it('stores what was appended, whatever becomes of it afterwards', async () => {
      const { event, audit } = aSignIn();
      const [eventBefore, auditBefore] = [structuredClone(event), structuredClone(audit)];
      await subject.unitOfWork.run(async (tx) => {
        tx.outbox.append(event);
        tx.audit.append(audit);
      });
      (event.payload as { userId: string }).userId = 'changed';
      audit.occurredAt.setTime(0);
      expect(await subject.published(event.id)).toEqual({ event: eventBefore, urgent: false });
      expect(await subject.audited(audit.origin.requestId)).toEqual([auditBefore]);
    });
  });
}
