import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PostgresTx } from '#adapters/typeorm';
import { anAuditEvent } from '#domain/audit/testing';
import { RestoreAccount } from '#domain/administration';
import { aPasswordHash } from '#domain/credentials/testing';
import { aDeletedUser, aUser } from '#domain/identity/testing';
import { anOrigin, at, FixedClock, outcomeOf } from '#domain/kernel/testing';
import { aChallenge, anOtpPolicy, aReference } from '#domain/otp/testing';
import { aDevice, aSession } from '#domain/session/testing';
import { openPostgresRecord, type PostgresRecord } from './postgres-record.js';

describe('Erasing a deleted account', () => {
  let record: PostgresRecord;

  beforeAll(async () => {
    record = await openPostgresRecord();
  });
  afterAll(() => record.close());
  beforeEach(() => record.empty());

  const eraseDeleted = () => record.unitOfWork.run(({ accounts }) => accounts.eraseDeleted(at(0), 100));

  /** Does the second while the transaction of the first is open. */
  const meanwhile = async (
    first: (tx: PostgresTx) => Promise<unknown>,
    second: () => Promise<void>,
  ): Promise<void> => {
    const [begun, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = record.unitOfWork.run(async (tx) => {
      await first(tx);
      begun.resolve();
      await done.promise;
    });
    await begun.promise;
    await second().finally(done.resolve);
    await holder;
  };

  const deletedUser = async () => {
    const user = aDeletedUser(at(-1));
    await record.unitOfWork.run(async ({ accounts, passwords, sessions, devices, audit }) => {
      accounts.insert(user);
      devices.insert(aDevice({ userId: user.id }));
      passwords.set(user.id, aPasswordHash(), at(-1));
      sessions.insert(aSession({ userId: user.id }));
      audit.append(anAuditEvent({ userId: user.id }));
    });
    return user;
  };

  it('takes its sessions, its devices and its password along and leaves the audit trail alone', async () => {
    const { id } = await deletedUser();
    expect(await eraseDeleted()).toEqual([id]);
    expect(await record.query('SELECT FROM gatehouse.sessions')).toEqual([]);
    expect(await record.query('SELECT FROM gatehouse.passwords')).toEqual([]);
    expect(await record.query('SELECT FROM gatehouse.devices')).toEqual([]);
    expect(await record.query('SELECT FROM gatehouse.audit_events')).toHaveLength(1);
  });

  it('passes over an account that somebody has locked rather than wait', async () => {
    const user = await deletedUser();
    await meanwhile(
      ({ accounts }) => accounts.lockById(user.id),
      async () => expect(await eraseDeleted()).toEqual([]),
    );
    expect(await eraseDeleted()).toEqual([user.id]);
  });

  it('leaves an account either restored or erased when both come at once', async () => {
    const admin = aUser({ roles: ['admin'] });
    const users = Array.from({ length: 20 }, () => aDeletedUser(at(-1)));
    await record.unitOfWork.run(async ({ accounts }) => {
      for (const user of [admin, ...users]) accounts.insert(user);
    });
    // An instance whose clock is behind still restores what another one erases already.
    const restoreAccount = new RestoreAccount(record.unitOfWork, new FixedClock(at(-1)), { reservedFor: 0 });
    const [outcomes] = await Promise.all([
      Promise.all(
        users.map(({ id }) =>
          outcomeOf(
            restoreAccount.execute({ actorId: admin.id, userId: id, reason: null, origin: anOrigin() }),
          ),
        ),
      ),
      eraseDeleted(),
    ]);
    for (const [i, { id, identifiers }] of users.entries()) {
      const found = await record.directory.findById(id);
      expect([outcomes[i], found?.state.status]).toEqual(
        found ? ['done', 'active'] : ['user-not-found', undefined],
      );
      const { kind, value } = identifiers[0]!.identifier;
      expect(await record.directory.exists(kind, value)).toBe(found !== null);
    }
  });

  it('neither waits for a sign-in that is spending a code nor forgets its wrong guesses', async () => {
    const user = await deletedUser();
    const policy = anOtpPolicy({ maxWrongPerDay: 1 });
    const challenge = aChallenge({ reference: aReference({ identifier: user.identifiers[0]!.identifier }) });
    const { reference, codeMac } = challenge;
    await record.unitOfWork.run(({ challenges }) => challenges.issue(challenge, policy));
    await meanwhile(
      ({ challenges }) => challenges.consume(reference, 'a wrong code', policy, at(1)),
      async () => expect(await eraseDeleted()).toEqual([user.id]),
    );
    expect(await record.directory.findById(user.id)).toBeNull();
    const right = await record.unitOfWork.run(({ challenges }) =>
      challenges.consume(reference, codeMac, policy, at(2)),
    );
    expect(right).toEqual({ outcome: 'exhausted' });
  });
});
