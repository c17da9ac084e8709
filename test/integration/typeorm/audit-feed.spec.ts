import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresAuditCursors, PostgresAuditFeed, PostgresDeadLetters } from '#adapters/typeorm';
import { anAuditEvent, describeAuditCursorsContract, describeAuditFeedContract } from '#domain/audit/testing';
import { at, inParallel, newId } from '#domain/kernel/testing';
import { asSuperuser } from '../../support/postgres.js';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

let record: PostgresRecord;

beforeAll(async () => {
  record = await openPostgresRecord();
});
afterAll(() => record.close());

const append = (rows = 1) =>
  record.unitOfWork.run(async ({ audit }) => {
    for (let i = 0; i < rows; i++) audit.append(anAuditEvent());
  });

describeAuditFeedContract('on PostgreSQL', async () => {
  await record.empty();
  return {
    feed: new PostgresAuditFeed(record.database),
    append: (event) => record.unitOfWork.run(async ({ audit }) => audit.append(event)),
  };
});

describeAuditCursorsContract('on PostgreSQL', async () => {
  await record.empty();
  return {
    cursors: new PostgresAuditCursors(record.database),
    letters: new PostgresDeadLetters(record.database),
    unitOfWork: record.unitOfWork,
  };
});

const INSERT_SLOWLY = `
  INSERT INTO gatehouse.audit_events (id, occurred_at, action, result, address, user_agent, request_id)
  VALUES ($1, $2, 'slow', 'success', '::1', '', '')`;

describe('A follower of the trail in PostgreSQL', () => {
  /** Everything that there is to come; other specs share the server, and hold the horizon back. */
  const follow = async (feed: PostgresAuditFeed, until: (seen: number) => boolean, limit = 3) => {
    const ids: string[] = [];
    for (let position = 0; !until(ids.length);) {
      const next = await feed.next(position, limit);
      if (!next) continue;
      ids.push(...next.rows.map(({ id }) => id));
      position = next.upTo;
    }
    return ids;
  };

  it('is given nothing past a row that commits after those behind it', async () => {
    await record.empty();
    const feed = new PostgresAuditFeed(record.database);
    const slow = newId();
    await asSuperuser(async (client) => {
      await client.query('BEGIN');
      await client.query(INSERT_SLOWLY, [slow, at(0)]);
      await append(3);
      for (let i = 0; i < 5; i++) expect(await feed.next(0, 10)).toBeNull();
      await client.query('COMMIT');
    }, record.url);
    const ids = await follow(feed, (seen) => seen === 4);
    expect(ids[0]).toBe(slow);
  });

  it('passes over what was given up, however much', async () => {
    await record.empty();
    await append();
    await record.query(`SELECT nextval('gatehouse.audit_positions') FROM generate_series(1, 10000)`);
    await append();
    expect(await follow(new PostgresAuditFeed(record.database), (seen) => seen === 2)).toHaveLength(2);
  });

  it('loses no row and sees none twice while many write', async () => {
    await record.empty();
    let writing = true;
    const followers = inParallel(2, () =>
      follow(new PostgresAuditFeed(record.database), (seen) => !writing && seen === 100),
    );
    await inParallel(10, async (writer) => {
      for (let i = 0; i < 10; i++) await append();
      return writer;
    });
    writing = false;
    for (const ids of await followers) expect(new Set(ids).size).toBe(100);
  });
});
