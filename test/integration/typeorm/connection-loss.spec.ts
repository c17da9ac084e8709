import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { aUser } from '#domain/identity/testing';
import { inParallel } from '#domain/kernel/testing';
import { rejectionOf } from '../../support/rejection-of.js';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

const unavailable = { kind: 'unavailable', code: 'database-unavailable', retryAfterSeconds: 2 };

/** What a failover, an impatient administrator or `idle_in_transaction_session_timeout` do to a connection. */
describe('A connection that the server closes', () => {
  let record: PostgresRecord;
  let administrator: pg.Client;
  let user = aUser();

  beforeAll(async () => {
    record = await openPostgresRecord();
    administrator = new pg.Client(record.url);
    await administrator.connect();
  });
  afterAll(async () => {
    await administrator.end();
    await record.close();
  });
  beforeEach(() => {
    user = aUser();
  });

  /** Resolves when the chosen connections are gone, though their owner may yet have to notice. */
  const terminate = async (which: string) => {
    const chosen = `FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND ${which}`;
    await administrator.query(`SELECT pg_terminate_backend(pid) ${chosen}`);
    while ((await administrator.query(`SELECT ${chosen}`)).rowCount! > 0);
  };

  it('fails the transaction that was open on it, keeps nothing of it, and hurts nobody after', async () => {
    const error = await rejectionOf(
      record.unitOfWork.run(async ({ accounts }) => {
        accounts.insert(user);
        await accounts.lockById(user.id);
        await terminate(`state = 'idle in transaction'`);
        await accounts.lockById(user.id);
      }),
    );
    expect(error).toMatchObject(unavailable);
    expect(await record.directory.findById(user.id)).toBeNull();
    await record.unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    expect(await record.directory.findById(user.id)).not.toBeNull();
  });

  it('fails the transaction whose commit comes too late', async () => {
    const error = await rejectionOf(
      record.unitOfWork.run(async ({ accounts }) => {
        await accounts.lockById(user.id);
        accounts.insert(user);
        await terminate(`state = 'idle in transaction'`);
      }),
    );
    expect(error).toMatchObject(unavailable);
    expect(await record.directory.findById(user.id)).toBeNull();
  });

  it('fails the transaction that waits for a lock, and not the one that holds it', async () => {
    await record.unitOfWork.run(async ({ accounts }) => accounts.insert(user));
    const locked = Promise.withResolvers<void>();
    const holder = record.unitOfWork.run(async ({ accounts }) => {
      await accounts.lockById(user.id);
      locked.resolve();
      await record.someoneWaits();
      await terminate(`wait_event_type = 'Lock'`);
      return 'committed';
    });
    await locked.promise;
    const waiter = record.unitOfWork.run(({ accounts }) => accounts.lockById(user.id));
    expect(await rejectionOf(waiter)).toMatchObject(unavailable);
    expect(await holder).toBe('committed');
  });

  it('is replaced, without anybody noticing, when it was idle in the pool', async () => {
    const tenReads = () => inParallel(10, () => record.sessions.findWithRoles(user.id, user.id));
    await tenReads();
    await terminate(`state = 'idle'`);
    while (record.idleConnections() > 0) await administrator.query('SELECT');
    await tenReads();
  });
});
