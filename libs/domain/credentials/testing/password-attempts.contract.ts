import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimOutcome, CredentialsTx, PasswordAttempts, PasswordFailures } from '#domain/credentials';
import type { Identifier, User } from '#domain/identity';
import { anEmail, aUser } from '#domain/identity/testing';
import { days, hours, minutes, seconds, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, newId, tally } from '#domain/kernel/testing';
import type { KnownDevice } from '#domain/session';
import { aDevice } from '#domain/session/testing';
import { aLockoutPolicy, aPasswordHash } from './passwords.mother.js';

export interface PasswordAttemptsSubject {
  readonly attempts: PasswordAttempts;
  readonly unitOfWork: UnitOfWork<CredentialsTx>;
}

type Admitted = Extract<ClaimOutcome, { outcome: 'admitted' }>;

/**
 * The threat is a guesser with many connections, and the guesser who wants the owner locked out. Run by a spec for
 * each adapter.
 */
export function describePasswordAttemptsContract(
  name: string,
  makeSubject: () => PasswordAttemptsSubject | Promise<PasswordAttemptsSubject>,
): void {
  describe(`PasswordAttempts contract: ${name}`, () => {
    let subject: PasswordAttemptsSubject;
    let policy = aLockoutPolicy();
    let user: User;
    let known: Identifier;
    let networks = 0;
    let network: string;

    beforeEach(async () => {
      subject = await makeSubject();
      policy = aLockoutPolicy();
      user = aUser();
      known = user.identifiers[0]!.identifier;
      network = `198.51.100.${++networks}`;
      await subject.unitOfWork.run(async ({ accounts, passwords }) => {
        accounts.insert(user);
        passwords.set(user.id, aPasswordHash(), at(0));
      });
    });

    const claim = (
      identifier = known,
      now = at(0),
      device: KnownDevice | null = null,
    ): Promise<ClaimOutcome> => subject.attempts.claim({ identifier, network, device }, policy, now);
    const admitted = async (attempt: Promise<ClaimOutcome>): Promise<Admitted> => {
      const outcome = await attempt;
      expect(outcome.outcome).toBe('admitted');
      return outcome as Admitted;
    };
    const endOf = ({ counted }: Admitted, now: Date): Date =>
      new Date(Math.max(now.getTime(), counted.counter.blockedUntil.getTime()));
    const settle = (work: (failures: PasswordFailures) => void): Promise<void> =>
      subject.unitOfWork.run(async ({ passwordFailures }) => work(passwordFailures));
    /** Fails as often as it takes, each time as soon as that is possible; says when the last wait ends. */
    const failTimes = async (times: number, identifier = known, start = at(0)): Promise<Date> => {
      let now = start;
      for (let i = 0; i < times; i++) {
        now = endOf(await admitted(claim(identifier, now)), now);
      }
      return now;
    };
    const remembered = async (): Promise<KnownDevice> => {
      const device = aDevice({ userId: user.id });
      await subject.unitOfWork.run(async ({ devices }) => devices.insert(device));
      return { userId: user.id, deviceId: device.id };
    };
    const after = (instant: Date, milliseconds: number): Date => new Date(instant.getTime() + milliseconds);

    it('hands out the account and its password to compare with', async () => {
      const outcome = await admitted(claim());
      expect(outcome).toMatchObject({ userId: user.id, failures: 1 });
      expect(outcome.password).toMatchObject({ userId: user.id, version: 1 });
    });

    it('has neither for an identifier that nobody holds', async () => {
      expect(await claim(anEmail())).toMatchObject({ outcome: 'admitted', userId: null, password: null });
    });

    it('has no password for an account without one', async () => {
      const other = aUser();
      await subject.unitOfWork.run(async ({ accounts }) => accounts.insert(other));
      const outcome = await claim(other.identifiers[0]!.identifier);
      expect(outcome).toMatchObject({ outcome: 'admitted', userId: other.id, password: null });
    });

    describe.each([
      ['an account', () => known],
      ['an identifier that nobody holds', () => anEmail()],
    ])('on %s', (_whose, of) => {
      let identifier: Identifier;

      beforeEach(() => {
        identifier = of();
      });

      it('delays, then locks: the same for both', async () => {
        const waits: number[] = [];
        let now = at(0);
        for (let i = 0; i < 7; i++) {
          const end = endOf(await admitted(claim(identifier, now)), now);
          waits.push(end.getTime() - now.getTime());
          now = end;
        }
        expect(waits).toEqual([0, 0, seconds(1), seconds(2), minutes(15), minutes(30), minutes(60)]);
      });

      it('refuses while a wait lasts, tells its end, and is not prolonged by asking', async () => {
        const end = await failTimes(3, identifier);
        const early = after(end, -1);
        for (let i = 0; i < 20; i++) {
          const refused = { outcome: 'refused', retryAt: end, locked: false };
          expect(await claim(identifier, early)).toMatchObject(refused);
        }
        expect(await claim(identifier, end)).toMatchObject({ outcome: 'admitted', failures: 4 });
      });

      it('says when a wait is a lock', async () => {
        const end = await failTimes(5, identifier);
        const refused = { outcome: 'refused', retryAt: end, locked: true };
        expect(await claim(identifier, after(end, -1))).toMatchObject(refused);
      });

      it('admits of 50 parallel guesses no more than the schedule allows', async () => {
        const outcomes = await inParallel(50, async () => (await claim(identifier)).outcome);
        expect(tally(outcomes)).toEqual({ admitted: 3, refused: 47 });
      });

      it('admits one of 20 parallel guesses once a wait is over', async () => {
        const end = await failTimes(4, identifier);
        const outcomes = await inParallel(20, async () => (await claim(identifier, end)).outcome);
        expect(tally(outcomes)).toEqual({ admitted: 1, refused: 19 });
      });

      it('remembers failures for a week after the last wait', async () => {
        const end = await failTimes(4, identifier);
        const last = await admitted(claim(identifier, after(end, days(6))));
        expect(last.failures).toBe(5);
        const forgotten = after(last.counted.counter.blockedUntil, days(7));
        expect(await claim(identifier, forgotten)).toMatchObject({ failures: 1 });
      });
    });

    it('may lock at the first failure', async () => {
      policy = aLockoutPolicy({ delayAfter: 1, lockAfter: 1 });
      expect(await failTimes(1)).toEqual(at(minutes(15)));
      expect(await claim(known, at(1))).toMatchObject({ outcome: 'refused', locked: true });
    });

    it('counts an account over all its identifiers', async () => {
      const other = anEmail();
      await subject.unitOfWork.run(async ({ accounts }) =>
        accounts.addIdentifier(user.id, { id: newId(), identifier: other, verifiedAt: at(0) }),
      );
      const end = await failTimes(3);
      expect(await claim(other, after(end, -1))).toMatchObject({ outcome: 'refused', userId: user.id });
    });

    it('does not refuse an attempt for having started before one that it waits for nothing after', async () => {
      await failTimes(1, known, at(seconds(5)));
      expect(await claim(known, at(0))).toMatchObject({ outcome: 'admitted', failures: 2 });
    });

    it('holds nothing against another account', async () => {
      const other = aUser();
      await subject.unitOfWork.run(async ({ accounts }) => accounts.insert(other));
      await failTimes(5);
      const outcome = await claim(other.identifiers[0]!.identifier);
      expect(outcome).toMatchObject({ outcome: 'admitted', failures: 1 });
    });

    describe('a network', () => {
      beforeEach(() => {
        policy = aLockoutPolicy({ failuresPerNetwork: 4 });
      });

      const spray = (now: Date) => claim(anEmail(), now);

      it('is locked after too many failures on whatever accounts', async () => {
        for (let i = 0; i < 4; i++) await admitted(spray(at(i)));
        const retryAt = at(3 + minutes(15));
        expect(await spray(at(4))).toMatchObject({ outcome: 'refused', retryAt, locked: false });
        network = 'another';
        await admitted(spray(at(4)));
      });

      it('counts parallel attempts one by one', async () => {
        const outcomes = await inParallel(20, async () => (await spray(at(0))).outcome);
        expect(tally(outcomes)).toEqual({ admitted: 4, refused: 16 });
      });

      it('starts over an hour after the first failure, however many came since', async () => {
        for (let i = 0; i < 3; i++) await admitted(spray(at(minutes(i * 25))));
        for (let i = 0; i < 3; i++) await admitted(spray(at(hours(1))));
      });

      it('does not use up the attempts at an account from where it is locked', async () => {
        for (let i = 0; i < 4; i++) await spray(at(0));
        for (let i = 0; i < 10; i++) expect((await claim(known, at(1))).outcome).toBe('refused');
        network = 'another';
        expect(await claim(known, at(1))).toMatchObject({ outcome: 'admitted', failures: 1 });
      });
    });

    describe('a device that the account knows', () => {
      it('is not locked out by failures elsewhere, from whatever network', async () => {
        policy = aLockoutPolicy({ failuresPerNetwork: 5 });
        const end = await failTimes(5);
        expect(await claim(known, after(end, -1))).toMatchObject({ outcome: 'refused' });
        const attempt = await admitted(claim(known, after(end, -1), await remembered()));
        expect(attempt).toMatchObject({ userId: user.id, failures: 1, counted: { network: null } });
      });

      it('has a counter of its own, with the same schedule', async () => {
        const own = await remembered();
        const outcomes = await inParallel(20, async () => (await claim(known, at(0), own)).outcome);
        expect(tally(outcomes)).toEqual({ admitted: 3, refused: 17 });
        expect(await claim(known, at(0))).toMatchObject({ outcome: 'admitted', failures: 1 });
        const another = await admitted(claim(known, at(0), await remembered()));
        expect(another).toMatchObject({ failures: 1, counted: { network: null } });
      });

      it('is a stranger once it was removed', async () => {
        const removed = await remembered();
        await failTimes(5);
        await subject.unitOfWork.run(({ devices }) => devices.remove(user.id, removed.deviceId));
        const refused = { outcome: 'refused', userId: user.id, locked: true };
        expect(await claim(known, at(1), removed)).toMatchObject(refused);
      });

      it('is nothing to any other account', async () => {
        const others: KnownDevice = { userId: newId(), deviceId: newId() };
        const outcomes = await inParallel(20, async () => (await claim(known, at(0), others)).outcome);
        expect(tally(outcomes)).toEqual({ admitted: 3, refused: 17 });
        expect(await claim(known, at(0))).toMatchObject({ outcome: 'refused' });
        expect(await claim(anEmail(), at(0), others)).toMatchObject({ outcome: 'admitted', userId: null });
      });
    });

    describe('within a session', () => {
      it('counts by session, and not on the account', async () => {
        const [one, other] = [newId(), newId()];
        const within = (session: string) => subject.attempts.claimWithin(user.id, session, policy, at(0));
        const outcomes = await inParallel(20, async () => (await within(one)).outcome);
        expect(tally(outcomes)).toEqual({ admitted: 3, refused: 17 });
        expect(await within(other)).toMatchObject({ outcome: 'admitted', failures: 1, userId: user.id });
        expect((await admitted(within(other))).password).toMatchObject({ version: 1 });
        expect(await claim()).toMatchObject({ outcome: 'admitted', failures: 1 });
      });
    });

    describe('afterwards', () => {
      it('starts over when an attempt succeeds', async () => {
        const end = await failTimes(4);
        const last = await admitted(claim(known, end));
        await settle((failures) => failures.forgive(last.counted));
        expect(await claim(known, end)).toMatchObject({ outcome: 'admitted', failures: 1 });
      });

      it('gives the network one attempt back, and no more', async () => {
        policy = aLockoutPolicy({ failuresPerNetwork: 4 });
        for (let i = 0; i < 3; i++) await admitted(claim(anEmail()));
        const last = await admitted(claim());
        expect((await claim(anEmail())).outcome).toBe('refused');
        await settle((failures) => failures.forgive(last.counted));
        await admitted(claim(anEmail()));
        expect((await claim(anEmail())).outcome).toBe('refused');
      });

      it('takes back an attempt that was never compared, and only that', async () => {
        const before = await failTimes(2);
        const last = await admitted(claim(known, before));
        await settle((failures) => failures.takeBack(last.counted));
        expect(await claim(known, before)).toMatchObject({ outcome: 'admitted', failures: 3 });
      });

      it('does not shorten by that the wait that a later failure earned', async () => {
        const before = await failTimes(3);
        const overtaken = await admitted(claim(known, before));
        const later = await admitted(claim(known, overtaken.counted.counter.blockedUntil));
        await settle((failures) => failures.takeBack(overtaken.counted));
        const retryAt = later.counted.counter.blockedUntil;
        expect(await claim(known, after(retryAt, -1))).toMatchObject({ outcome: 'refused', retryAt });
      });

      it('unlocks an account on every device and in every session', async () => {
        const [device, session] = [await remembered(), newId()];
        await failTimes(5);
        for (let i = 0; i < 3; i++) {
          await claim(known, at(0), device);
          await subject.attempts.claimWithin(user.id, session, policy, at(0));
        }
        const bystander = anEmail();
        await inParallel(3, () => claim(bystander));
        await settle((failures) => failures.clear(user.id));
        const first = { outcome: 'admitted', failures: 1 };
        expect(await claim()).toMatchObject(first);
        expect(await claim(known, at(0), device)).toMatchObject(first);
        expect(await subject.attempts.claimWithin(user.id, session, policy, at(0))).toMatchObject(first);
        expect(await claim(bystander)).toMatchObject({ outcome: 'refused' });
      });

      it('forgives nothing when the unit of work fails', async () => {
        const end = await failTimes(3);
        const failing = subject.unitOfWork.run(async ({ passwordFailures }) => {
          passwordFailures.clear(user.id);
          throw new Error('changed my mind');
        });
        await expect(failing).rejects.toThrow('changed my mind');
        expect((await claim(known, after(end, -1))).outcome).toBe('refused');
      });

      it('neither loses nor blocks anything when attempts and successes meet', async () => {
        policy = aLockoutPolicy({ delayAfter: 100, lockAfter: 200 });
        await inParallel(40, async (i) => {
          const attempt = await admitted(claim());
          if (i % 2 === 0) await settle((failures) => failures.forgive(attempt.counted));
        });
        expect((await admitted(claim())).failures).toBeLessThanOrEqual(41);
      });
    });
  });
}
