import type { Profile } from '#domain/identity';
import { addMilliseconds } from '#domain/kernel';
import type {
  ChallengeReference,
  ConsumeOutcome,
  IssueOutcome,
  NewChallenge,
  OtpChallenges,
  OtpPolicy,
} from '#domain/otp';
import { v4 as randomUuid } from 'uuid';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

/**
 * The conflict branch reads the row under its lock, so parallel requests for one identifier are counted one
 * after the other and the window holds for all of them together.
 */
const ISSUE = statement(
  'otp_issue',
  `INSERT INTO gatehouse.otp_challenges AS c
     (kind, value, challenge_id, code_mac, profile, attempts, expires_at, sent_at, wrong_on, wrong_count)
   VALUES ($1, $2, $3, $4, $5, 0, $6, ARRAY[$7::timestamptz], $8, 0)
   ON CONFLICT (kind, value) DO UPDATE SET
     challenge_id = EXCLUDED.challenge_id,
     code_mac = EXCLUDED.code_mac,
     profile = EXCLUDED.profile,
     attempts = 0,
     spent_by = NULL,
     expires_at = EXCLUDED.expires_at,
     sent_at = ARRAY(SELECT s FROM unnest(c.sent_at) s WHERE s > $9) || $7::timestamptz
   WHERE (SELECT count(*) FROM unnest(c.sent_at) s WHERE s > $9) < $10
     AND NOT EXISTS (SELECT FROM unnest(c.sent_at) s WHERE s > $11)
   RETURNING challenge_id`,
);

const SENT_AT = statement(
  'otp_sent_at',
  `SELECT sent_at FROM gatehouse.otp_challenges WHERE kind = $1 AND value = $2`,
);

/** Whether a guess is compared at all; evaluated on the row as it is under its lock. */
const COMPARED = `c.spent_by IS NULL AND c.expires_at > $8 AND c.attempts < $6
  AND (c.wrong_on < $7::date OR c.wrong_count < $9)`;

/**
 * Counts the attempt whatever the comparison says. The spender leaves its name rather than a flag, so that
 * of several right guesses exactly one finds itself named. A guess refused by the daily cap still counts, so
 * that the row afterwards tells a refused guess from the last one that was compared.
 */
const CONSUME = statement(
  'otp_consume',
  `UPDATE gatehouse.otp_challenges AS c SET
     attempts = LEAST(c.attempts + 1, $6 + 1),
     spent_by = CASE WHEN ${COMPARED} AND c.code_mac = $4 THEN $5 ELSE c.spent_by END,
     wrong_on = GREATEST(c.wrong_on, $7::date),
     wrong_count = CASE WHEN c.wrong_on >= $7::date THEN c.wrong_count ELSE 0 END
       + CASE WHEN c.spent_by IS NOT NULL OR c.expires_at <= $8 OR c.attempts >= $6
                OR (${COMPARED} AND c.code_mac = $4) THEN 0 ELSE 1 END
   WHERE c.kind = $1 AND c.value = $2 AND c.challenge_id = $3
   RETURNING c.spent_by = $5 AS consumed, c.profile, c.attempts - 1 AS failed_attempts, c.attempts > $6 OR c.wrong_count > $9 AS exhausted,
     c.expires_at <= $8 AS expired, c.spent_by IS NOT NULL AS spent`,
);

interface ConsumedRow {
  readonly consumed: boolean | null;
  readonly profile: Profile;
  readonly failed_attempts: number;
  readonly exhausted: boolean;
  readonly expired: boolean;
  readonly spent: boolean;
}

export class PostgresOtpChallenges implements OtpChallenges {
  constructor(private readonly db: Queryable) {}

  async issue(challenge: NewChallenge, policy: OtpPolicy): Promise<IssueOutcome> {
    const { kind, value } = challenge.reference.identifier;
    const now = challenge.createdAt;
    const issued = await this.db.query(ISSUE, [
      kind,
      value,
      challenge.reference.challengeId,
      challenge.codeMac,
      JSON.stringify(challenge.profile),
      challenge.expiresAt,
      now,
      utcDate(now),
      addMilliseconds(now, -policy.sendWindow),
      policy.sendsPerWindow,
      // Null compares with nothing: without a delay, requests that overtook this one do not hold it up.
      policy.resendDelay > 0 ? addMilliseconds(now, -policy.resendDelay) : null,
    ]);
    if (issued.rowCount === 1) return { outcome: 'issued' };

    const { rows } = await this.db.query<{ sent_at: Date[] }>(SENT_AT, [kind, value]);
    return { outcome: 'throttled', retryAt: nextSendAt(rows[0]?.sent_at ?? [], policy) };
  }

  async consume(
    { identifier, challengeId }: ChallengeReference,
    codeMac: string,
    policy: OtpPolicy,
    now: Date,
  ): Promise<ConsumeOutcome> {
    const { rows } = await this.db.query<ConsumedRow>(CONSUME, [
      identifier.kind,
      identifier.value,
      challengeId,
      codeMac,
      randomUuid(),
      policy.maxAttempts,
      utcDate(now),
      now,
      policy.maxWrongPerDay,
    ]);
    const row = rows[0];
    if (!row) return { outcome: 'mismatch' };
    if (row.consumed) {
      return { outcome: 'consumed', profile: row.profile, failedAttempts: row.failed_attempts };
    }
    if (row.spent) return { outcome: 'mismatch' };
    if (row.expired) return { outcome: 'expired' };
    return { outcome: row.exhausted ? 'exhausted' : 'mismatch' };
  }
}

const utcDate = (instant: Date): string => instant.toISOString().slice(0, 10);

/** When the oldest send that fills the window leaves it, or the resend delay is over: whichever is later. */
function nextSendAt(sentAt: readonly Date[], { sendsPerWindow, sendWindow, resendDelay }: OtpPolicy): Date {
  const times = sentAt.map((sent) => sent.getTime()).sort((a, b) => a - b);
  const windowOpens = (times.at(-sendsPerWindow) ?? Number.NEGATIVE_INFINITY) + sendWindow;
  return new Date(Math.max(windowOpens, (times.at(-1) ?? 0) + resendDelay));
}
