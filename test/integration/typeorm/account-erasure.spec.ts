import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anAuditEvent } from '#domain/audit/testing';
import { aDeletedUser } from '#domain/identity/testing';
import { at } from '#domain/kernel/testing';
import { aChallenge, anOtpPolicy, aReference } from '#domain/otp/testing';
import { aSession } from '#domain/session/testing';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

describe('Erasing a deleted account', () => {
  let record: PostgresRecord;

  beforeAll(async () => {
    record = await openPostgresRecord();
  });
  afterAll(() => record.close());
  beforeEach(() => record.empty());

  const deletedUser = async () => {
    const user = aDeletedUser(at(-1));
    const session = aSession({ userId: user.id });
    await record.unitOfWork.run(async ({ accounts, sessions, audit }) => {
      accounts.insert(user);
      sessions.insert(session);
      audit.append(anAuditEvent({ userId: user.id }));
    });
    return { user, session };
  };

  it('takes its sessions along and leaves the audit trail alone', async () => {
    const { user, session } = await deletedUser();
    expect(await record.directory.eraseDeleted(at(0), 10)).toBe(1);
    expect(await record.sessions.find(user.id, session.id)).toBeNull();
    expect(await record.query('SELECT FROM gatehouse.audit_events')).toHaveLength(1);
  });

  it('passes over an account that somebody has locked rather than wait', async () => {
    const { user } = await deletedUser();
    await record.unitOfWork.run(async ({ accounts }) => {
      await accounts.lockById(user.id);
      expect(await record.directory.eraseDeleted(at(0), 10)).toBe(0);
    });
    expect(await record.directory.eraseDeleted(at(0), 10)).toBe(1);
  });

  it('neither waits for a sign-in that is spending a code nor forgets its wrong guesses', async () => {
    const { user } = await deletedUser();
    const policy = anOtpPolicy({ maxWrongPerDay: 1 });
    const challenge = aChallenge({ reference: aReference({ identifier: user.identifiers[0]!.identifier }) });
    const { reference, codeMac } = challenge;
    await record.unitOfWork.run(({ challenges }) => challenges.issue(challenge, policy));
    await record.unitOfWork.run(async ({ challenges, accounts }) => {
      await challenges.consume(reference, 'a wrong code', policy, at(1));
      expect(await record.directory.eraseDeleted(at(0), 10)).toBe(1);
      expect(await accounts.lockByIdentifier(reference.identifier)).toBeNull();
    });
    const right = await record.unitOfWork.run(({ challenges }) =>
      challenges.consume(reference, codeMac, policy, at(2)),
    );
    expect(right).toEqual({ outcome: 'exhausted' });
  });
});
