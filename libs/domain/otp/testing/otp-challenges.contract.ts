import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addMilliseconds, hours, minutes, seconds, type UnitOfWork } from '#domain/kernel';
import { at, inParallel, tally } from '#domain/kernel/testing';
import { anEmail } from '#domain/identity/testing';
import type { ConsumeOutcome, IssueOutcome, NewChallenge, OtpChallenges } from '#domain/otp';
import { aChallenge, aLaxOtpPolicy, anOtpPolicy, aReference } from './otp.mother.js';

export interface OtpChallengesSubject {
  readonly unitOfWork: UnitOfWork<{ readonly challenges: OtpChallenges }>;
}

/**
 * The threat is a guesser with many connections: whatever is counted must be counted by the write that also
 * decides, or parallel guesses are compared for the price of one. Run by a spec for each adapter.
 */
export function describeOtpChallengesContract(
  name: string,
  makeSubject: () => OtpChallengesSubject | Promise<OtpChallengesSubject>,
): void {
  describe(`OtpChallenges contract: ${name}`, () => {
    let subject: OtpChallengesSubject;
    let policy = anOtpPolicy();

    beforeEach(async () => {
      subject = await makeSubject();
      policy = anOtpPolicy();
    });

    const issue = (challenge: NewChallenge): Promise<IssueOutcome> =>
      subject.unitOfWork.run(({ challenges }) => challenges.issue(challenge, policy));
    const issued = async (challenge = aChallenge()): Promise<NewChallenge> => {
      expect(await issue(challenge)).toEqual({ outcome: 'issued' });
      return challenge;
    };
    const guess = async (
      { reference }: NewChallenge,
      codeMac: string,
      now = at(seconds(1)),
    ): Promise<ConsumeOutcome['outcome']> => {
      const consume = (challenges: OtpChallenges) => challenges.consume(reference, codeMac, policy, now);
      return (await subject.unitOfWork.run(({ challenges }) => consume(challenges))).outcome;
    };
    const guessRight = (challenge: NewChallenge, now?: Date) => guess(challenge, challenge.codeMac, now);
    const guessWrong = (challenge: NewChallenge, now?: Date) => guess(challenge, 'a wrong code', now);

    describe('spending a code', () => {
      it('hands out the profile that the challenge was issued with', async () => {
        const profile = { displayName: `O'Brien "日本" \\`, locale: 'de-AT' };
        const challenge = await issued(aChallenge({ profile }));
        const consumed = await subject.unitOfWork.run(({ challenges }) =>
          challenges.consume(challenge.reference, challenge.codeMac, policy, at(1)),
        );
        expect(consumed).toEqual({ outcome: 'consumed', profile, failedAttempts: 0 });
      });

      it('tells how many wrong guesses came before', async () => {
        const challenge = await issued();
        for (let i = 0; i < 3; i++) await guessWrong(challenge);
        const consumed = await subject.unitOfWork.run(({ challenges }) =>
          challenges.consume(challenge.reference, challenge.codeMac, policy, at(1)),
        );
        expect(consumed).toMatchObject({ outcome: 'consumed', failedAttempts: 3 });
      });

      it('spends it once under 50 parallel right guesses', async () => {
        const challenge = await issued();
        const outcomes = await inParallel(50, () => guessRight(challenge));
        expect(tally(outcomes)).toEqual({ consumed: 1, mismatch: 49 });
        expect(await guessRight(challenge)).toBe('mismatch');
      });

      it('knows no challenge that it did not issue', async () => {
        expect(await guessRight(aChallenge())).toBe('mismatch');
      });

      it('takes no code for another challenge of the same identifier, nor of another', async () => {
        const challenge = await issued();
        const { identifier } = challenge.reference;
        const sameIdentifier = aChallenge({ reference: aReference({ identifier }) });
        const { challengeId } = challenge.reference;
        const sameId = aChallenge({ reference: aReference({ challengeId }) });
        expect(await guess(sameIdentifier, challenge.codeMac)).toBe('mismatch');
        expect(await guess(sameId, challenge.codeMac)).toBe('mismatch');
        expect(await guessRight(challenge)).toBe('consumed');
      });

      it('ends a challenge when a newer one is issued for the identifier', async () => {
        policy = aLaxOtpPolicy();
        const older = await issued();
        const { identifier } = older.reference;
        const newer = await issued(aChallenge({ reference: aReference({ identifier }), createdAt: at(1) }));
        expect(await guessRight(older)).toBe('mismatch');
        expect(await guessRight(newer)).toBe('consumed');
      });

      it('accepts a code until it expires and not one millisecond longer', async () => {
        const [late, inTime] = [await issued(), await issued()];
        expect(await guessRight(late, late.expiresAt)).toBe('expired');
        expect(await guessRight(inTime, addMilliseconds(inTime.expiresAt, -1))).toBe('consumed');
      });

      it('spends nothing when the unit of work fails', async () => {
        const challenge = await issued();
        const failing = subject.unitOfWork.run(async ({ challenges }) => {
          await challenges.consume(challenge.reference, challenge.codeMac, policy, at(1));
          throw new Error('no session after all');
        });
        await expect(failing).rejects.toThrow('no session after all');
        expect(await guessRight(challenge)).toBe('consumed');
      });
    });

    describe('counting attempts', () => {
      it('refuses even the right code after the last attempt', async () => {
        const challenge = await issued();
        for (let i = 0; i < 5; i++) expect(await guessWrong(challenge)).toBe('mismatch');
        expect(await guessRight(challenge)).toBe('exhausted');
      });

      it('accepts the right code at the last attempt', async () => {
        const challenge = await issued();
        for (let i = 0; i < 4; i++) await guessWrong(challenge);
        expect(await guessRight(challenge)).toBe('consumed');
      });

      it('compares no more of 50 parallel wrong guesses than there are attempts', async () => {
        const challenge = await issued();
        const outcomes = await inParallel(50, () => guessWrong(challenge));
        expect(tally(outcomes)).toEqual({ mismatch: 5, exhausted: 45 });
        expect(await guessRight(challenge)).toBe('exhausted');
      });

      it('compares at most `maxAttempts` guesses of any sequence, wherever the right one comes', async () => {
        policy = aLaxOtpPolicy();
        const position = fc.integer({ min: 0, max: 9 });
        await fc.assert(
          fc.asyncProperty(position, fc.integer({ min: 1, max: 6 }), async (before, maxAttempts) => {
            policy = { ...policy, maxAttempts };
            const challenge = await issued();
            for (let i = 0; i < before; i++) await guessWrong(challenge);
            expect(await guessRight(challenge)).toBe(before < maxAttempts ? 'consumed' : 'exhausted');
          }),
          { numRuns: 15 },
        );
      });

      it('starts afresh with a new challenge', async () => {
        policy = aLaxOtpPolicy();
        const older = await issued();
        for (let i = 0; i < 6; i++) await guessWrong(older);
        const { identifier } = older.reference;
        const newer = await issued(aChallenge({ reference: aReference({ identifier }) }));
        expect(await guessRight(newer)).toBe('consumed');
      });
    });

    describe('counting wrong guesses of a day', () => {
      /** One identifier, a challenge each time. */
      const identifier = () => {
        const shared = anEmail();
        return (createdAt = at(0)) =>
          issued(aChallenge({ reference: aReference({ identifier: shared }), createdAt }));
      };

      it('refuses even the right code once the cap is reached, over several challenges', async () => {
        policy = aLaxOtpPolicy({ maxWrongPerDay: 7 });
        const challenge = identifier();
        for (const wrong of [4, 3]) {
          const current = await challenge();
          for (let i = 0; i < wrong; i++) expect(await guessWrong(current)).toBe('mismatch');
        }
        expect(await guessRight(await challenge())).toBe('exhausted');
        expect(await guessWrong(await challenge())).toBe('exhausted');
      });

      it('does not count right codes, nor guesses that no longer could be right', async () => {
        policy = aLaxOtpPolicy({ maxWrongPerDay: 5, maxAttempts: 3 });
        const challenge = identifier();
        const exhausted = await challenge();
        for (let i = 0; i < 9; i++) await guessWrong(exhausted);
        const expired = await challenge();
        for (let i = 0; i < 9; i++) await guessWrong(expired, expired.expiresAt);
        const spent = await challenge();
        await guessRight(spent);
        for (let i = 0; i < 9; i++) await guessWrong(spent);
        const last = await challenge();
        expect(await guessWrong(last)).toBe('mismatch');
        expect(await guessRight(last)).toBe('consumed');
      });

      it('counts 50 parallel guesses over the cap as exactly the cap', async () => {
        policy = aLaxOtpPolicy({ maxWrongPerDay: 7, maxAttempts: 1_000 });
        const current = await identifier()();
        const outcomes = await inParallel(50, () => guessWrong(current));
        expect(tally(outcomes)).toEqual({ mismatch: 7, exhausted: 43 });
      });

      it('forgives at midnight UTC and not a millisecond before', async () => {
        policy = aLaxOtpPolicy({ maxWrongPerDay: 2, maxAttempts: 9 });
        const midnight = at(hours(12));
        const challenge = identifier();
        const createdAt = addMilliseconds(midnight, -minutes(1));
        const beforeMidnight = await challenge(createdAt);
        await guessWrong(beforeMidnight, createdAt);
        await guessWrong(beforeMidnight, createdAt);
        expect(await guessRight(beforeMidnight, addMilliseconds(midnight, -1))).toBe('exhausted');
        expect(await guessWrong(beforeMidnight, midnight)).toBe('mismatch');
        expect(await guessRight(beforeMidnight, midnight)).toBe('consumed');
      });

      it('forgives no guess twice when the clocks of two instances disagree about midnight', async () => {
        policy = aLaxOtpPolicy({ maxWrongPerDay: 2, maxAttempts: 9 });
        const midnight = at(hours(12));
        const challenge = await identifier()(addMilliseconds(midnight, -minutes(1)));
        await guessWrong(challenge, midnight);
        await guessWrong(challenge, addMilliseconds(midnight, -1));
        expect(await guessRight(challenge, midnight)).toBe('exhausted');
        expect(await guessRight(challenge, addMilliseconds(midnight, -1))).toBe('exhausted');
      });

      it('counts for each identifier by itself', async () => {
        policy = aLaxOtpPolicy({ maxWrongPerDay: 1 });
        await guessWrong(await identifier()());
        expect(await guessRight(await identifier()())).toBe('consumed');
      });
    });

    describe('sending', () => {
      const sender = () => {
        const identifier = anEmail();
        return (createdAt: Date) => issue(aChallenge({ reference: aReference({ identifier }), createdAt }));
      };

      it('issues exactly a window full under 20 parallel requests', async () => {
        policy = anOtpPolicy({ resendDelay: 0 });
        const send = sender();
        const outcomes = await inParallel(20, () => send(at(0)));
        expect(tally(outcomes.map(({ outcome }) => outcome))).toEqual({ issued: 3, throttled: 17 });
      });

      it('issues one under 20 parallel requests when a resend has to wait', async () => {
        const send = sender();
        const outcomes = await inParallel(20, () => send(at(0)));
        expect(tally(outcomes.map(({ outcome }) => outcome))).toEqual({ issued: 1, throttled: 19 });
      });

      it('allows a resend when its delay is over and not a millisecond before', async () => {
        const send = sender();
        await send(at(0));
        const retryAt = at(seconds(30));
        expect(await send(at(seconds(30) - 1))).toEqual({ outcome: 'throttled', retryAt });
        expect(await send(retryAt)).toEqual({ outcome: 'issued' });
      });

      it('lets requests overtake one another where there is no delay', async () => {
        policy = anOtpPolicy({ resendDelay: 0 });
        const send = sender();
        for (const time of [2, 0, 1]) expect(await send(at(time))).toEqual({ outcome: 'issued' });
      });

      it('slides: each send leaves the window ten minutes after it was made', async () => {
        const send = sender();
        const sends = [0, minutes(4), minutes(6)];
        for (const time of sends) expect(await send(at(time))).toEqual({ outcome: 'issued' });
        for (const time of sends) {
          const retryAt = at(time + minutes(10));
          expect(await send(addMilliseconds(retryAt, -1))).toEqual({ outcome: 'throttled', retryAt });
          expect(await send(retryAt)).toEqual({ outcome: 'issued' });
        }
      });

      it('never issues more in any window than allowed, whatever the times', async () => {
        const gaps = fc.array(fc.integer({ min: 0, max: minutes(5) }), { minLength: 1, maxLength: 15 });
        await fc.assert(
          fc.asyncProperty(gaps, async (pauses) => {
            const send = sender();
            const times: number[] = [];
            let time = 0;
            for (const pause of pauses) {
              time += pause;
              const outcome = await send(at(time));
              if (outcome.outcome === 'issued') times.push(time);
              else expect(outcome.retryAt.getTime()).toBeGreaterThan(at(time).getTime());
            }
            for (const last of times) {
              const window = times.filter((sent) => sent > last - minutes(10) && sent <= last);
              expect(window.length).toBeLessThanOrEqual(3);
            }
          }),
          { numRuns: 15 },
        );
      });

      it('leaves the challenge in force when it refuses another', async () => {
        const challenge = await issued();
        const { identifier } = challenge.reference;
        const refused = aChallenge({ reference: aReference({ identifier }), createdAt: at(1) });
        expect(await issue(refused)).toMatchObject({ outcome: 'throttled' });
        expect(await guessRight(refused)).toBe('mismatch');
        expect(await guessRight(challenge)).toBe('consumed');
      });

      it('counts no send of a unit of work that failed', async () => {
        const challenge = aChallenge();
        const failing = subject.unitOfWork.run(async ({ challenges }) => {
          await challenges.issue(challenge, policy);
          throw new Error('no event after all');
        });
        await expect(failing).rejects.toThrow('no event after all');
        expect(await guessRight(challenge)).toBe('mismatch');
        expect(await issue(challenge)).toEqual({ outcome: 'issued' });
      });

      it('counts for each identifier by itself', async () => {
        const senders = [sender(), sender()];
        for (const send of senders) expect(await send(at(0))).toEqual({ outcome: 'issued' });
      });
    });

    it('is not changed through what it was given or gave away', async () => {
      const challenge = aChallenge();
      const { reference, codeMac } = challenge;
      await issued(challenge);
      challenge.expiresAt.setTime(0);
      challenge.createdAt.setTime(0);
      (challenge.profile as { displayName: string }).displayName = 'Mallory';
      const throttled = await issue(aChallenge({ reference, createdAt: at(1) }));
      if (throttled.outcome === 'throttled') throttled.retryAt.setTime(0);
      expect(await issue(aChallenge({ reference, createdAt: at(1) }))).toEqual({
        outcome: 'throttled',
        retryAt: at(seconds(30)),
      });
      const consumed = await subject.unitOfWork.run(({ challenges }) =>
        challenges.consume(reference, codeMac, policy, at(1)),
      );
      expect(consumed).toMatchObject({ outcome: 'consumed', profile: { displayName: 'Ada', locale: null } });
    });
  });
}
