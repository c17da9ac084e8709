import {
  accountSchedule,
  consequences,
  networkSchedule,
  type ClaimOutcome,
  type FailureSchedule,
  type LockoutPolicy,
  type PasswordAttempts,
  type SignInAttempt,
} from '#domain/credentials';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { toStoredPassword, type PasswordRow } from './postgres-passwords.js';

/** A schedule's parameters: its free failures, what each further one leaves behind, whether its memory is prolonged. */
type Parameters = readonly [free: string, waits: string, memory: string, prolonged: string];

/**
 * One more failure, unless the row is still blocked at `$1`. The conflict branch reads the row under its lock, so
 * parallel attempts are counted one after the other, each by what the one before it left.
 */
function count(selected: string, [free, waits, memory, prolonged]: Parameters): string {
  const forgotten = 'f.forgotten_at <= $1::timestamptz';
  const failures = `CASE WHEN ${forgotten} THEN 1 ELSE f.failures + 1 END`;
  const nth = nthOf(failures, [free, waits, memory, prolonged]);
  return `INSERT INTO gatehouse.password_failures AS f (subject, device, failures, blocked_until, forgotten_at)
     SELECT ${selected}
     ON CONFLICT (subject, device) DO UPDATE SET
       failures = ${failures},
       blocked_until = (${waits}::timestamptz[])[${nth}],
       forgotten_at = CASE WHEN ${prolonged}::boolean OR ${forgotten}
         THEN (${memory}::timestamptz[])[${nth}] ELSE f.forgotten_at END
     WHERE f.blocked_until <= $1::timestamptz
     RETURNING f.subject, f.device, f.failures, f.blocked_until`;
}

function first(parameters: Parameters): string {
  const [, waits, memory] = parameters;
  const nth = nthOf('1', parameters);
  return `1, (${waits}::timestamptz[])[${nth}], (${memory}::timestamptz[])[${nth}]`;
}

/** SQL counts from one. */
const nthOf = (failures: string, [free, waits]: Parameters): string =>
  `LEAST(GREATEST(${failures} - ${free}::integer, 0) + 1, cardinality(${waits}::timestamptz[]))`;

const OF_ACCOUNT: Parameters = ['$2', '$3', '$4', '$5'];
const OF_NETWORK: Parameters = ['$11', '$12', '$13', '$14'];

/** The network comes first: whoever is refused there must not lock accounts. */
const CLAIM = statement(
  'password_claim',
  `WITH account AS (
     SELECT i.user_id, p.hash, p.version, p.changed_at
     FROM gatehouse.user_identifiers i LEFT JOIN gatehouse.passwords p ON p.user_id = i.user_id
     WHERE i.kind = $6 AND i.value = $7
   ), known AS (
     SELECT EXISTS (
       SELECT FROM account a JOIN gatehouse.devices d ON d.user_id = a.user_id
       WHERE a.user_id = $8::uuid AND d.id = $9::uuid
     ) AS device
   ), network AS (
     ${count(`$10::text, '', ${first(OF_NETWORK)} FROM known WHERE NOT known.device`, OF_NETWORK)}
   ), counter AS (
     ${count(
       `COALESCE((SELECT 'user:' || user_id FROM account), $6 || ':' || $7),
         CASE WHEN known.device THEN 'device:' || $9::uuid ELSE '' END, ${first(OF_ACCOUNT)}
        FROM known WHERE known.device OR EXISTS (SELECT FROM network)`,
       OF_ACCOUNT,
     )}
   )
   SELECT known.device AS known, a.user_id AS holder, a.user_id, a.hash, a.version, a.changed_at,
     c.subject, c.device, c.failures, c.blocked_until, n.blocked_until AS network_blocked_until
   FROM known LEFT JOIN account a ON true LEFT JOIN counter c ON true LEFT JOIN network n ON true`,
);

const CLAIM_WITHIN = statement(
  'password_claim_within',
  `WITH counter AS (
     ${count(`'user:' || $6::uuid, $7::text, ${first(OF_ACCOUNT)}`, OF_ACCOUNT)}
   )
   SELECT $6::uuid AS holder, p.user_id, p.hash, p.version, p.changed_at,
     c.subject, c.device, c.failures, c.blocked_until, NULL AS network_blocked_until
   FROM (SELECT) one
     LEFT JOIN gatehouse.passwords p ON p.user_id = $6::uuid
     LEFT JOIN counter c ON true`,
);

const BLOCKING = statement(
  'password_blocking',
  `SELECT failures, blocked_until, subject = $4 AS network FROM gatehouse.password_failures
   WHERE ((subject = $2 AND device = $3) OR (subject = $4 AND device = '')) AND blocked_until > $1`,
);

interface ClaimRow extends Omit<PasswordRow, 'hash'> {
  readonly holder: string | null;
  /** Null without a password. */
  readonly hash: string | null;
  /** Null when the attempt was refused. */
  readonly subject: string | null;
  readonly device: string;
  readonly failures: number;
  readonly blocked_until: Date;
  readonly network_blocked_until: Date | null;
}

interface BlockingRow {
  readonly failures: number;
  readonly blocked_until: Date;
  readonly network: boolean;
}

export class PostgresPasswordAttempts implements PasswordAttempts {
  constructor(private readonly db: Queryable) {}

  async claim(
    { identifier: { kind, value }, network, device }: SignInAttempt,
    policy: LockoutPolicy,
    now: Date,
  ): Promise<ClaimOutcome> {
    const networkSubject = `network:${network}`;
    const { rows } = await this.db.query<ClaimRow & { readonly known: boolean }>(CLAIM, [
      now,
      ...bound(accountSchedule(policy), now),
      kind,
      value,
      device?.userId,
      device?.deviceId,
      networkSubject,
      ...bound(networkSchedule(policy), now),
    ]);
    const row = rows[0]!;
    const admitted = toAdmitted(row, networkSubject);
    if (admitted) return admitted;
    const subject = row.holder === null ? `${kind}:${value}` : `user:${row.holder}`;
    const counter = { subject, device: row.known ? `device:${device?.deviceId}` : '' };
    return this.#refused(row.holder, counter, networkSubject, policy, now);
  }

  async claimWithin(
    userId: string,
    sessionId: string,
    policy: LockoutPolicy,
    now: Date,
  ): Promise<ClaimOutcome> {
    const counter = { subject: `user:${userId}`, device: `session:${sessionId}` };
    const values = [now, ...bound(accountSchedule(policy), now), userId, counter.device];
    const { rows } = await this.db.query<ClaimRow>(CLAIM_WITHIN, values);
    return toAdmitted(rows[0]!, null) ?? this.#refused(userId, counter, null, policy, now);
  }

  /** What stood in the way may be gone by now; then the wait is over, too. */
  async #refused(
    userId: string | null,
    { subject, device }: { readonly subject: string; readonly device: string },
    network: string | null,
    { lockAfter }: LockoutPolicy,
    now: Date,
  ): Promise<ClaimOutcome> {
    const { rows } = await this.db.query<BlockingRow>(BLOCKING, [now, subject, device, network]);
    const retryAt = new Date(Math.max(now.getTime(), ...rows.map((row) => row.blocked_until.getTime())));
    const locked = rows.some((row) => !row.network && row.failures >= lockAfter);
    return { outcome: 'refused', userId, retryAt, locked };
  }
}

const bound = (schedule: FailureSchedule, now: Date) => {
  const each = consequences(schedule, now);
  return [
    schedule.free,
    each.map(({ blockedUntil }) => blockedUntil),
    each.map(({ forgottenAt }) => forgottenAt),
    schedule.forget.since === 'last-wait',
  ] as const;
};

function toAdmitted(row: ClaimRow, network: string | null): ClaimOutcome | null {
  const { holder, hash, subject, device, failures, blocked_until, network_blocked_until } = row;
  if (subject === null) return null;
  return {
    outcome: 'admitted',
    userId: holder,
    password: hash === null ? null : toStoredPassword({ ...row, hash }),
    failures,
    counted: {
      counter: { subject, device, blockedUntil: blocked_until },
      network:
        network !== null && network_blocked_until
          ? { subject: network, device: '', blockedUntil: network_blocked_until }
          : null,
    },
  };
}
