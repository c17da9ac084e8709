import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CleanUp, PostgresDeliveryLog, PostgresDevOutbox, PostgresPasswordAttempts } from '#adapters/typeorm';
import { anAuditEvent } from '#domain/audit/testing';
import { aLinkPolicy, aLinkRequest, aLockoutPolicy } from '#domain/credentials/testing';
import { addMilliseconds, days, hours, minutes } from '#domain/kernel';
import { at, inParallel, newId } from '#domain/kernel/testing';
import { anEmail } from '#domain/identity/testing';
import { aChallenge, anOtpPolicy, aReference } from '#domain/otp/testing';
import { aSession } from '#domain/session/testing';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

let record: PostgresRecord;
let cleanUp: CleanUp;

beforeAll(async () => {
  record = await openPostgresRecord();
  cleanUp = new CleanUp(record.database);
});
afterAll(() => record.close());

const idsIn = async (table: string, id = 'id'): Promise<string[]> => {
  const rows = await record.query<{ id: string }>(`SELECT ${id} AS id FROM gatehouse.${table} ORDER BY 1`);
  return rows.map((row) => row.id);
};

describe('CleanUp', () => {
  beforeEach(() => record.empty());

  it('deletes sessions a month after their end, however many', async () => {
    const ending = (end: Date) =>
      aSession({ createdAt: addMilliseconds(end, -days(90)), absoluteExpiresAt: end });
    const [gone, kept] = [ending(at(-days(30) - 1)), ending(at(-days(30)))];
    await record.unitOfWork.run(async ({ sessions }) => {
      sessions.insert(kept);
      for (let i = 0; i < 2_500; i++)
        sessions.insert(aSession({ absoluteExpiresAt: gone.state.absoluteExpiresAt }));
    });
    await cleanUp.run(at(0));
    expect(await idsIn('sessions')).toEqual([kept.id]);
  });

  it('forgets after a month what Elasticsearch rejected', async () => {
    const [gone, kept] = [newId(), newId()];
    await record.unitOfWork.run(async ({ deadLetters }) => {
      const letter = { position: 1, type: 'misfit', reason: 'does not fit' };
      deadLetters.add([
        { ...letter, id: gone, rejectedAt: at(-days(30) - 1) },
        { ...letter, id: kept, rejectedAt: at(-days(30)) },
      ]);
    });
    await cleanUp.run(at(0));
    expect(await idsIn('dead_letters')).toEqual([kept]);
  });

  it('keeps the day’s count of wrong guesses, though its challenge has long expired', async () => {
    const issue = async (expiresAt: Date) => {
      const challenge = aChallenge({ expiresAt });
      await record.unitOfWork.run(({ challenges }) => challenges.issue(challenge, anOtpPolicy()));
      return challenge.reference.identifier.value;
    };
    await issue(at(-hours(48) - 1));
    const kept = await issue(at(-hours(48)));
    await cleanUp.run(at(0));
    expect(await idsIn('otp_challenges', 'value')).toEqual([kept]);
  });

  it('is not needed for the times of sends: a challenge keeps a window full of them', async () => {
    const identifier = anEmail();
    const policy = anOtpPolicy({ resendDelay: 0 });
    for (let minute = 0; minute < 40; minute += 4) {
      const challenge = aChallenge({ reference: aReference({ identifier }), createdAt: at(minutes(minute)) });
      await record.unitOfWork.run(({ challenges }) => challenges.issue(challenge, policy));
    }
    const sends = await record.query('SELECT cardinality(sent_at) AS kept FROM gatehouse.otp_challenges');
    expect(sends).toEqual([{ kept: 3 }]);
  });

  it('keeps the times of mails with links for a day after the link expired', async () => {
    const issue = async (expiresAt: Date) => {
      const request = aLinkRequest({ expiresAt });
      await record.unitOfWork.run(({ addressLinks }) => addressLinks.issue(request, aLinkPolicy()));
      return request.subject;
    };
    await issue(at(-hours(24) - 1));
    const kept = await issue(at(-hours(24)));
    await cleanUp.run(at(0));
    expect(await idsIn('address_links', 'subject')).toEqual([kept]);
  });

  it('forgets wrong passwords when they no longer count', async () => {
    const attempts = new PostgresPasswordAttempts(record.database);
    const policy = aLockoutPolicy();
    const identifier = anEmail();
    const fail = (now: Date) =>
      attempts.claim({ identifier, network: '203.0.113.7', device: null }, policy, now);
    await fail(at(0));
    await cleanUp.run(at(days(7)));
    expect(await idsIn('password_failures', 'subject')).toEqual([`email:${identifier.value}`]);
    await cleanUp.run(at(days(7) + 1));
    expect(await idsIn('password_failures', 'subject')).toEqual([]);
  });

  it('forgets deliveries after a month and messages of the dev outbox after a week', async () => {
    const log = new PostgresDeliveryLog(record.database);
    await log.claim('gone', at(-days(30) - 1));
    await log.claim('kept', at(-days(30)));
    const outbox = new PostgresDevOutbox(record.database);
    const message = {
      channel: 'sms',
      to: '+14155550123',
      template: 'otp-code',
      subject: '',
      text: 'text',
    } as const;
    await outbox.keep({ ...message, id: 'gone', html: null, code: null, createdAt: at(-days(7) - 1) });
    await outbox.keep({ ...message, id: 'kept', html: null, code: null, createdAt: at(-days(7)) });
    await cleanUp.run(at(0));
    expect(await idsIn('message_deliveries', 'message_id')).toEqual(['kept']);
    expect(await idsIn('dev_messages')).toEqual(['kept']);
  });
});

describe('The audit trail', () => {
  const append = (occurredAt: Date) =>
    record.unitOfWork.run(async ({ audit }) => audit.append(anAuditEvent({ occurredAt })));
  const partitions = async (): Promise<Record<string, number>> => {
    const rows = await record.query<{ name: string; rows: number }>(
      `SELECT c.relname AS name, count(e.tableoid)::int AS rows
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       LEFT JOIN gatehouse.audit_events e ON e.tableoid = c.oid
       WHERE i.inhparent = 'gatehouse.audit_events'::regclass GROUP BY c.relname`,
    );
    return Object.fromEntries(
      rows.map(({ name, rows: count }) => [name.replace('audit_events_', ''), count]),
    );
  };

  beforeEach(() => record.empty());

  it('is kept by month, UTC, from the first migration on', async () => {
    for (const time of ['2026-01-15T12:00:00Z', '2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00Z']) {
      await append(new Date(time));
    }
    expect(await partitions()).toMatchObject({
      '2026_01': 2,
      '2026_02': 1,
      '2026_03': 0,
      '2026_04': 0,
      default: 0,
    });
  });

  it('refuses no row, whenever it happened, and still gets the months that are missing', async () => {
    const years = new Date('2028-11-20T00:00:00Z');
    await append(years);
    await append(new Date(0));
    expect(await partitions()).toMatchObject({ default: 2 });
    await cleanUp.run(years);
    expect(await partitions()).toMatchObject({ '2028_12': 0, '2029_01': 0, '2029_02': 0, default: 2 });
  });

  it('gets its coming months once, by any number of instances', async () => {
    // Several times over: whether two of them meet is a matter of microseconds.
    for (let year = 2034; year >= 2030; year--) {
      await inParallel(10, () => cleanUp.run(new Date(Date.UTC(year, 5))));
    }
    expect(Object.keys(await partitions())).toEqual(
      expect.arrayContaining(['2030_06', '2030_07', '2030_08', '2030_09']),
    );
  });
});
