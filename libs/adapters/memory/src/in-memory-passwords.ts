import {
  accountSchedule,
  consequences,
  networkSchedule,
  NO_WAIT,
  PasswordHash,
  type ClaimOutcome,
  type CountedAttempt,
  type FailureSchedule,
  type LockoutPolicy,
  type PasswordAttempts,
  type PasswordFailures,
  type Passwords,
  type SignInAttempt,
  type StoredPassword,
} from '#domain/credentials';
import type { FailureRow, InMemoryDatabase, Tables } from './in-memory-database.js';

export class InMemoryPasswords implements Passwords {
  constructor(private readonly tables: Tables) {}

  async find(userId: string): Promise<StoredPassword | null> {
    return findPassword(this.tables, userId);
  }

  set(userId: string, hash: PasswordHash, now: Date): void {
    const older = this.tables.passwords.find((row) => row.userId === userId);
    this.tables.passwords = this.tables.passwords.filter((row) => row !== older);
    const version = (older?.version ?? 0) + 1;
    this.tables.passwords.push({ userId, hash: hash.expose(), version, changedAt: new Date(now) });
  }

  upgrade({ userId, hash }: StoredPassword, to: PasswordHash): void {
    const row = this.tables.passwords.find((each) => each.userId === userId);
    if (row?.hash === hash.expose()) row.hash = to.expose();
  }
}

export class InMemoryPasswordFailures implements PasswordFailures {
  constructor(private readonly tables: Tables) {}

  takeBack({ counter, network }: CountedAttempt): void {
    for (const counted of [network, counter]) {
      const row = counted && findCounter(this.tables, counted);
      if (!row) continue;
      row.failures = Math.max(row.failures - 1, 0);
      if (row.blockedUntil.getTime() === counted.blockedUntil.getTime()) row.blockedUntil = new Date(NO_WAIT);
    }
  }

  forgive(counted: CountedAttempt): void {
    this.takeBack(counted);
    const forgiven = findCounter(this.tables, counted.counter);
    this.tables.failures = this.tables.failures.filter((row) => row !== forgiven);
  }

  clear(userId: string): void {
    this.tables.failures = this.tables.failures.filter(({ subject }) => subject !== `user:${userId}`);
  }
}

export class InMemoryPasswordAttempts implements PasswordAttempts {
  constructor(private readonly database: InMemoryDatabase) {}

  claim({ identifier, network, device }: SignInAttempt, policy: LockoutPolicy, now: Date) {
    return this.database.transaction(async (tables): Promise<ClaimOutcome> => {
      const { kind, value } = identifier;
      const held = tables.identifiers.find((row) => row.kind === kind && row.value === value);
      const userId = held?.userId ?? null;
      const subject = userId === null ? `${kind}:${value}` : `user:${userId}`;
      const known = tables.devices.some((row) => row.userId === device?.userId && row.id === device.deviceId);
      if (device && device.userId === userId && known) {
        return count(tables, userId, { subject, device: `device:${device.deviceId}` }, null, policy, now);
      }
      return count(tables, userId, { subject, device: '' }, `network:${network}`, policy, now);
    });
  }

  claimWithin(userId: string, sessionId: string, policy: LockoutPolicy, now: Date) {
    const counter = { subject: `user:${userId}`, device: `session:${sessionId}` };
    return this.database.transaction(async (tables) => count(tables, userId, counter, null, policy, now));
  }
}

type CounterName = Pick<FailureRow, 'subject' | 'device'>;

function count(
  tables: Tables,
  userId: string | null,
  name: CounterName,
  networkSubject: string | null,
  policy: LockoutPolicy,
  now: Date,
): ClaimOutcome {
  const network =
    networkSubject === null
      ? null
      : countOne(tables, { subject: networkSubject, device: '' }, networkSchedule(policy), now);
  const counter = network?.refused ? network : countOne(tables, name, accountSchedule(policy), now);
  if (counter.refused) {
    const row = findCounter(tables, name);
    const locked = row !== undefined && row.blockedUntil > now && row.failures >= policy.lockAfter;
    return { outcome: 'refused', userId, retryAt: new Date(counter.row.blockedUntil), locked };
  }
  return {
    outcome: 'admitted',
    userId,
    password: userId === null ? null : findPassword(tables, userId),
    failures: counter.row.failures,
    counted: structuredClone({ counter: counter.row, network: network?.row ?? null }),
  };
}

function countOne(
  tables: Tables,
  name: CounterName,
  schedule: FailureSchedule,
  now: Date,
): { readonly refused: boolean; readonly row: FailureRow } {
  const row = findCounter(tables, name);
  if (row && row.blockedUntil > now) return { refused: true, row };
  const remembered = row && row.forgottenAt > now ? row : null;
  const failures = (remembered?.failures ?? 0) + 1;
  const after = consequences(schedule, now);
  const next = {
    ...name,
    failures,
    ...after[Math.min(Math.max(failures - schedule.free, 0), after.length - 1)]!,
  };
  if (remembered && schedule.forget.since === 'first-failure') next.forgottenAt = remembered.forgottenAt;
  tables.failures = [...tables.failures.filter((each) => each !== row), next];
  return { refused: false, row: next };
}

const findCounter = ({ failures }: Tables, { subject, device }: CounterName): FailureRow | undefined =>
  failures.find((row) => row.subject === subject && row.device === device);

function findPassword(tables: Tables, userId: string): StoredPassword | null {
  const row = tables.passwords.find((each) => each.userId === userId);
  return row ? { ...row, hash: PasswordHash.of(row.hash), changedAt: new Date(row.changedAt) } : null;
}
