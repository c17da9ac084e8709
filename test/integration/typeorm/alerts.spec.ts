import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CleanUp, PostgresAlertStore, PostgresAuditCursors, PostgresAuditFeed } from '#adapters/typeorm';
import { anAlert, describeAlertsContract, describeRaisingAlerts } from '#domain/alerting/testing';
import { addMilliseconds, days, type DomainEvent } from '#domain/kernel';
import { at, SequentialIds } from '#domain/kernel/testing';
import { openPostgresRecord, reversingCipher, type PostgresRecord } from './postgres-record.js';

let record: PostgresRecord;
beforeAll(async () => {
  record = await openPostgresRecord();
});
afterAll(() => record.close());

const store = () => new PostgresAlertStore(record.database);

describeAlertsContract('PostgreSQL', async () => {
  await record.empty();
  return { unitOfWork: record.unitOfWork, store: store() };
});

interface OutboxRow extends Omit<DomainEvent, 'payload'> {
  readonly sealed: string;
}

describeRaisingAlerts('PostgreSQL', async () => {
  await record.empty();
  return {
    feed: () => new PostgresAuditFeed(record.database),
    cursors: new PostgresAuditCursors(record.database),
    store: store(),
    unitOfWork: record.unitOfWork,
    ids: new SequentialIds(),
    append: (events) =>
      record.unitOfWork.run(async ({ audit }) => events.forEach((event) => audit.append(event))),
    lastPosition: async () => {
      const last = 'SELECT max(position)::float8 AS last FROM gatehouse.audit_events';
      return (await record.query<{ last: number }>(last))[0]!.last;
    },
    outbox: async () => {
      const rows = await record.query<OutboxRow>(
        'SELECT id, type, occurred_at AS "occurredAt", sealed FROM gatehouse.outbox_events ORDER BY id',
      );
      return rows.map(({ sealed, ...event }) => ({
        ...event,
        payload: JSON.parse(reversingCipher.open(sealed)) as object,
      }));
    },
  };
});

describe('Cleaning up alerts', () => {
  it('forgets those that were closed half a year ago, and counters that count no more', async () => {
    await record.empty();
    const kept = [anAlert(), anAlert({ closedAt: at(0) })];
    const old = anAlert({ closedAt: at(-1) });
    const counter = (subject: string, since: Date) => ({ subject, since, count: 1, before: 0 });
    await record.unitOfWork.run(async ({ alerts }) => {
      for (const alert of [...kept, old]) await alerts.save(alert);
      alerts.saveCounters([counter('old', at(0)), counter('new', at(days(177)))]);
    });
    await new CleanUp(record.database).run(addMilliseconds(at(0), days(180)));
    const { alerts } = await store().search({ kind: null, open: null, after: null, limit: 10 });
    expect(alerts.map(({ state }) => state.id).sort()).toEqual(kept.map(({ state }) => state.id).sort());
    expect((await store().counters(['old', 'new'])).map(({ subject }) => subject)).toEqual(['new']);
  });
});
