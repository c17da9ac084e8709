import { addMilliseconds, hours, minutes, seconds } from '#domain/kernel';
import { at, newId } from '#domain/kernel/testing';
import { anEmail } from '#domain/identity/testing';
import type { ChallengeReference, NewChallenge, OtpPolicy } from '#domain/otp';

export const anOtpPolicy = (overrides: Partial<OtpPolicy> = {}): OtpPolicy => ({
  lifetime: minutes(2),
  maxAttempts: 5,
  sendsPerWindow: 3,
  sendWindow: minutes(10),
  resendDelay: seconds(30),
  maxWrongPerDay: 20,
  ...overrides,
});

export const aReference = (overrides: Partial<ChallengeReference> = {}): ChallengeReference => ({
  challengeId: newId(),
  identifier: anEmail(),
  purpose: 'sign-in',
  userId: null,
  ...overrides,
});

/** Its MAC names the challenge, as a real one does. */
export function aChallenge({
  reference = aReference(),
  createdAt = at(0),
  ...overrides
}: Partial<NewChallenge> = {}): NewChallenge {
  return {
    reference,
    codeMac: `right code of ${reference.challengeId}`,
    profile: { displayName: 'Ada', locale: null },
    createdAt,
    expiresAt: addMilliseconds(createdAt, minutes(2)),
    ...overrides,
  };
}

/** Sends and guesses without a limit, for tests that are about another one. */
export const aLaxOtpPolicy = (overrides: Partial<OtpPolicy> = {}): OtpPolicy =>
  anOtpPolicy({
    sendsPerWindow: 1_000,
    sendWindow: hours(1),
    resendDelay: 0,
    maxWrongPerDay: 1_000,
    ...overrides,
  });
