import { afterAll, beforeAll } from '@jest/globals';
import {
  PostgresAccountSearch,
  PostgresAuditLog,
  PostgresDeliveryLog,
  PostgresDeviceStore,
  PostgresDevOutbox,
  PostgresExpiredRegistrations,
  PostgresPasswordAttempts,
} from '#adapters/typeorm';
import type { AuditEvent } from '#domain/audit';
import { describeAccountImportsContract } from '#domain/administration/testing';
import { describeAuditLogContract } from '#domain/audit/testing';
import {
  describeAddressLinksContract,
  describePasswordAttemptsContract,
  describePasswordsContract,
  describeRegistrationsContract,
} from '#domain/credentials/testing';
import { describeAccountSearchContract, describeAccountsContract } from '#domain/identity/testing';
import { newId } from '#domain/kernel/testing';
import { describeDeliveryLogContract, describeDevOutboxContract } from '#domain/notification/testing';
import { describeOtpChallengesContract, describeUnitOfWorkContract } from '#domain/otp/testing';
import {
  describeDevicesContract,
  describeDeviceStoreContract,
  describeSessionsContract,
  describeSessionStoreContract,
} from '#domain/session/testing';
import { openPostgresRecord, reversingCipher, type PostgresRecord } from './postgres-record.js';

let record: PostgresRecord;

beforeAll(async () => {
  record = await openPostgresRecord();
});
afterAll(() => record.close());

const emptied = async () => {
  await record.empty();
  return { ...record, store: record.sessions, audited, published };
};

async function audited(requestId: string): Promise<AuditEvent[]> {
  const rows = await record.query<Record<string, unknown>>(
    `SELECT action, result, occurred_at AS "occurredAt", actor_id AS "actorId", user_id AS "userId",
       session_id AS "sessionId", reason, metadata,
       json_build_object('address', host(address), 'userAgent', user_agent, 'requestId', request_id) AS origin
     FROM gatehouse.audit_events WHERE request_id = $1 ORDER BY id`,
    [requestId],
  );
  const given = (row: Record<string, unknown>) => Object.entries(row).filter(([, value]) => value !== null);
  return rows.map((row) => Object.fromEntries(given(row)) as unknown as AuditEvent);
}

interface OutboxRow {
  readonly id: string;
  readonly type: string;
  readonly occurred_at: Date;
  readonly sealed: string;
  readonly priority: number;
}

async function published(eventId: string) {
  const text = 'SELECT * FROM gatehouse.outbox_events WHERE id = $1';
  const [row] = await record.query<OutboxRow>(text, [eventId]);
  if (!row) return undefined;
  const payload = JSON.parse(reversingCipher.open(row.sealed)) as object;
  return {
    event: { id: row.id, type: row.type, occurredAt: row.occurred_at, payload },
    urgent: row.priority === 0,
  };
}

describeUnitOfWorkContract('on PostgreSQL', emptied);
describeUnitOfWorkContract('on PostgreSQL, grouped', async () => ({
  ...(await emptied()),
  unitOfWork: { run: (work) => record.unitOfWork.run(work, { about: newId() }) },
}));
describeAccountsContract('on PostgreSQL', emptied);
describeAccountSearchContract('on PostgreSQL', async () => ({
  ...(await emptied()),
  search: new PostgresAccountSearch(record.database),
}));
describeAccountImportsContract('on PostgreSQL', emptied);
describeAuditLogContract('on PostgreSQL', async () => ({
  ...(await emptied()),
  log: new PostgresAuditLog(record.database),
}));
describeOtpChallengesContract('on PostgreSQL', emptied);
describePasswordsContract('on PostgreSQL', emptied);
describeAddressLinksContract('on PostgreSQL', emptied);
describeRegistrationsContract('on PostgreSQL', async () => ({
  ...(await emptied()),
  expired: new PostgresExpiredRegistrations(record.database),
}));
describePasswordAttemptsContract('on PostgreSQL', async () => ({
  ...(await emptied()),
  attempts: new PostgresPasswordAttempts(record.database),
}));
describeSessionsContract('on PostgreSQL', emptied);
describeSessionStoreContract('on PostgreSQL', emptied);
describeDevicesContract('on PostgreSQL', emptied);
describeDeviceStoreContract('on PostgreSQL', async () => ({
  ...(await emptied()),
  store: new PostgresDeviceStore(record.database),
}));
describeDeliveryLogContract('on PostgreSQL', () => new PostgresDeliveryLog(record.database));
describeDevOutboxContract('on PostgreSQL', async () => {
  await record.empty();
  return new PostgresDevOutbox(record.database);
});
