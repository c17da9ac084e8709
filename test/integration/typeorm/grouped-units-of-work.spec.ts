import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { anEmail, aUser, proved } from '#domain/identity/testing';
import { at, inParallel } from '#domain/kernel/testing';
import { aSession } from '#domain/session/testing';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

describe('Units of work that are about different things', () => {
  let record: PostgresRecord;

  beforeAll(async () => {
    record = await openPostgresRecord();
  });
  afterAll(() => record.close());
  beforeEach(() => record.empty());

  const insertUsers = (count: number) =>
    inParallel(count, (i) =>
      record.unitOfWork.run(async ({ accounts }) => accounts.insert(aUser()), { about: `user ${i}` }),
    );
  const transactions = async (): Promise<number> => {
    const rows = await record.query<{ n: number }>(
      'SELECT count(DISTINCT xmin::text)::int AS n FROM gatehouse.users',
    );
    return rows[0]!.n;
  };

  it('share a transaction', async () => {
    await insertUsers(20);
    expect(await transactions()).toBe(1);
  });

  it('are all kept when one of them fails, each in a transaction of its own', async () => {
    const failing = record.unitOfWork.run(() => Promise.reject(new Error('no')), { about: 'nothing' });
    const [outcome] = await Promise.all([failing.catch((error: Error) => error.message), insertUsers(5)]);
    expect(outcome).toBe('no');
    expect(await transactions()).toBe(5);
  });

  it('take turns all the same when they lock one account after all', async () => {
    const identifiers = [anEmail(), anEmail()];
    const user = aUser({ identifiers: identifiers.map((identifier) => proved(identifier)) });
    await record.unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    await inParallel(2, (i) =>
      record.unitOfWork.run(
        async ({ accounts, sessions }) => {
          const identifier = identifiers[i]!;
          await accounts.lockByIdentifier(identifier);
          const live = await sessions.liveByIdentifier(identifier, at(0));
          if (live.length === 0) sessions.insert(aSession({ userId: user.id }));
        },
        { about: identifiers[i]!.value },
      ),
    );
    expect(await record.sessions.listLive(user.id, at(0))).toHaveLength(1);
  });

  it('see what an earlier one about the same thing did', async () => {
    const user = aUser({ profile: { displayName: '', locale: null } });
    await record.unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    await inParallel(10, () =>
      record.unitOfWork.run(
        async ({ accounts }) => {
          const current = (await accounts.lockById(user.id))!;
          accounts.update(
            current.withProfile({ displayName: `${current.profile.displayName ?? ''}+` }, at(0)),
          );
        },
        { about: user.id },
      ),
    );
    expect((await record.directory.findById(user.id))?.profile.displayName).toBe('+'.repeat(10));
  });

  it('are not run again when the connection is lost, because they may have been committed', async () => {
    const administrator = new pg.Client(record.url);
    await administrator.connect();
    let runs = 0;
    const outcomes = await inParallel(5, (i) =>
      record.unitOfWork
        .run(
          async ({ accounts }) => {
            runs++;
            await accounts.lockById(aUser().id);
            if (i === 0) {
              await administrator.query(
                `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND state = 'idle in transaction'`,
              );
            }
          },
          { about: `work ${i}` },
        )
        .catch((error: { code: string }) => error.code),
    );
    await administrator.end();
    expect(outcomes).toEqual(Array.from({ length: 5 }, () => 'database-unavailable'));
    expect(runs).toBe(5);
  });
});
