import { addMilliseconds } from '#domain/kernel';
import type {
  ChallengeReference,
  ConsumeOutcome,
  IssueOutcome,
  NewChallenge,
  OtpChallenges,
  OtpPolicy,
} from '#domain/otp';
import type { Tables } from './in-memory-database.js';

export class InMemoryOtpChallenges implements OtpChallenges {
  constructor(private readonly tables: Tables) {}

  async issue(challenge: NewChallenge, policy: OtpPolicy): Promise<IssueOutcome> {
    const { kind, value } = challenge.reference.identifier;
    const now = challenge.createdAt;
    const older = this.tables.challenges.find((row) => row.kind === kind && row.value === value);
    const windowStart = addMilliseconds(now, -policy.sendWindow);
    const sentAt = older?.sentAt.filter((sent) => sent > windowStart) ?? [];

    const [oldest] = sentAt.slice(-policy.sendsPerWindow);
    const windowOpens =
      oldest && sentAt.length >= policy.sendsPerWindow ? addMilliseconds(oldest, policy.sendWindow) : now;
    const latest = older?.sentAt.at(-1);
    const resendAllowed =
      latest && policy.resendDelay > 0 ? addMilliseconds(latest, policy.resendDelay) : now;
    const retryAt = new Date(Math.max(windowOpens.getTime(), resendAllowed.getTime()));
    if (retryAt > now) return { outcome: 'throttled', retryAt };

    this.tables.challenges = this.tables.challenges.filter((row) => row !== older);
    this.tables.challenges.push({
      kind,
      value,
      challengeId: challenge.reference.challengeId,
      codeMac: challenge.codeMac,
      profile: structuredClone(challenge.profile),
      attempts: 0,
      spent: false,
      expiresAt: new Date(challenge.expiresAt),
      sentAt: [...sentAt, new Date(now)],
      wrongOn: older?.wrongOn ?? utcDate(now),
      wrongCount: older?.wrongCount ?? 0,
    });
    return { outcome: 'issued' };
  }

  async consume(
    { identifier: { kind, value }, challengeId }: ChallengeReference,
    codeMac: string,
    policy: OtpPolicy,
    now: Date,
  ): Promise<ConsumeOutcome> {
    const row = this.tables.challenges.find((each) => each.kind === kind && each.value === value);
    if (row?.challengeId !== challengeId || row.spent) return { outcome: 'mismatch' };

    row.attempts += 1;
    if (row.wrongOn < utcDate(now)) Object.assign(row, { wrongOn: utcDate(now), wrongCount: 0 });
    if (row.expiresAt <= now) return { outcome: 'expired' };
    if (row.attempts > policy.maxAttempts || row.wrongCount >= policy.maxWrongPerDay) {
      return { outcome: 'exhausted' };
    }
    if (row.codeMac !== codeMac) {
      row.wrongCount += 1;
      return { outcome: 'mismatch' };
    }
    row.spent = true;
    return { outcome: 'consumed', profile: structuredClone(row.profile), failedAttempts: row.attempts - 1 };
  }
}

const utcDate = (instant: Date): string => instant.toISOString().slice(0, 10);
