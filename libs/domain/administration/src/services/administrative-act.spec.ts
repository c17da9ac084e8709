import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  InMemoryAccountDirectory,
  InMemoryDatabase,
  InMemoryUnitOfWork,
  InProcessSessionEvents,
} from '#adapters/memory';
import { Permission, Role } from '#domain/access';
import type { User } from '#domain/identity';
import { aDeletedUser, aUser } from '#domain/identity/testing';
import { days } from '#domain/kernel';
import {
  anOrigin,
  at,
  FixedClock,
  inParallel,
  newId,
  outcomeOf,
  SequentialIds,
  tally,
} from '#domain/kernel/testing';
import { aSession } from '#domain/session/testing';
import { ChangeAccount } from '../use-cases/change-account.use-case.js';
import { EndAccountSessions } from '../use-cases/end-account-sessions.use-case.js';
import { LockAccount } from '../use-cases/lock-account.use-case.js';
import { RemoveAccount } from '../use-cases/remove-account.use-case.js';
import { RestoreAccount } from '../use-cases/restore-account.use-case.js';
import { StartPasswordReset } from '../use-cases/start-password-reset.use-case.js';
import { UnlockAccount } from '../use-cases/unlock-account.use-case.js';
import type { AdministrativeAct } from './administrative-act.js';

const origin = anOrigin();
const now = at(days(1));
const policy = { reservedFor: days(30) };

describe('What administrators do to accounts', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let published: object[];
  let mailed: object[];
  const admin = aUser({ roles: ['admin'] });
  const helper = aUser({ roles: ['helper'] });
  const person = aUser();
  const gone = aDeletedUser(at(0));
  const session = aSession({ userId: person.id });

  beforeEach(async () => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    [published, mailed] = [[], []];
    await unitOfWork.run(async ({ accounts, roles, sessions }) => {
      const permissions = [Permission.of('users:*'), Permission.of('sessions:*')];
      roles.insert(Role.create('helper', { description: '', permissions }, at(0)));
      for (const user of [admin, helper, person, gone]) accounts.insert(user);
      sessions.insert(session);
    });
  });

  const actions = () => {
    const events = new InProcessSessionEvents();
    events.subscribe((change) => published.push(change));
    const [clock, ids] = [new FixedClock(now), new SequentialIds()];
    const reset = { execute: async (command: object) => void mailed.push(command) };
    const change = new ChangeAccount(unitOfWork, events, clock);
    return {
      rename: (act: AdministrativeAct) =>
        change.execute({ ...act, profile: { displayName: 'Countess' }, status: null }),
      suspend: (act: AdministrativeAct) => change.execute({ ...act, profile: {}, status: 'suspended' }),
      activate: (act: AdministrativeAct) => change.execute({ ...act, profile: {}, status: 'active' }),
      lock: (act: AdministrativeAct) =>
        new LockAccount(unitOfWork, events, clock).execute({ ...act, until: null }),
      unlock: (act: AdministrativeAct) => new UnlockAccount(unitOfWork, clock).execute(act),
      remove: (act: AdministrativeAct) =>
        new RemoveAccount(unitOfWork, events, ids, clock, policy).execute(act),
      restore: (act: AdministrativeAct) => new RestoreAccount(unitOfWork, clock, policy).execute(act),
      endSessions: (act: AdministrativeAct) =>
        new EndAccountSessions(unitOfWork, events, clock).execute({ ...act, selection: 'all' }),
      startReset: (act: AdministrativeAct) => new StartPasswordReset(unitOfWork, reset, clock).execute(act),
    };
  };
  type Action = keyof ReturnType<typeof actions>;
  const ALL: readonly Action[] = [
    'rename',
    'suspend',
    'activate',
    'lock',
    'unlock',
    'remove',
    'restore',
    'endSessions',
    'startReset',
  ];
  const by = (actor: User, userId = person.id, reason: string | null = 'ticket-7'): AdministrativeAct => ({
    actorId: actor.id,
    userId,
    reason,
    origin,
  });
  const stateOf = async (user: User) =>
    (await new InMemoryAccountDirectory(database).findById(user.id))!.state;
  const put = (user: User) => unitOfWork.run(async ({ accounts }) => accounts.update(user));

  it.each<[Action, string]>([
    ['rename', 'user.profile-updated'],
    ['suspend', 'user.suspended'],
    ['lock', 'user.locked'],
    ['unlock', 'user.unlocked'],
    ['remove', 'user.deleted'],
    ['endSessions', 'session.revoked'],
    ['startReset', 'user.password-reset-started'],
  ])('leave one audit row: %s', async (action, name) => {
    await actions()[action](by(helper));
    expect(database.tables.audit).toEqual([
      expect.objectContaining({
        action: name,
        result: 'success',
        occurredAt: now,
        origin,
        actorId: helper.id,
        userId: person.id,
        reason: 'ticket-7',
      }),
    ]);
  });

  it.each<[Action, string | null]>([
    ['suspend', 'account-suspended'],
    ['lock', 'account-locked'],
    ['remove', 'account-deleted'],
    ['endSessions', 'ended-by-administrator'],
    ['rename', null],
    ['unlock', null],
    ['startReset', null],
  ])('end sessions and say so to every instance, or neither: %s', async (action, reason) => {
    await actions()[action](by(helper));
    expect(database.tables.sessions.map(({ revocationReason }) => revocationReason)).toEqual([reason]);
    expect(published).toHaveLength(reason === null ? 0 : 1);
  });

  it.each(ALL)('are refused to whoever lacks the permission: %s', async (action) => {
    await expect(actions()[action](by(person, helper.id))).rejects.toMatchObject({
      code: 'permission-denied',
    });
    expect(database.tables.audit).toEqual([]);
    expect(published).toEqual([]);
    expect(mailed).toEqual([]);
  });

  it.each(ALL)('are refused on somebody who may do more: %s', async (action) => {
    await expect(actions()[action](by(helper, admin.id))).rejects.toMatchObject({
      code: 'exceeds-own-permissions',
    });
    expect(await stateOf(admin)).toEqual(admin.state);
  });

  it.each(ALL)('are refused to an actor who was shut out a moment ago: %s', async (action) => {
    await put(helper.withStatus('suspended', at(0)));
    await expect(actions()[action](by(helper))).rejects.toMatchObject({ code: 'account-suspended' });
    expect(await stateOf(person)).toEqual(person.state);
  });

  it.each(ALL)('know nobody who was never there: %s', async (action) => {
    await expect(actions()[action](by(admin, newId()))).rejects.toMatchObject({ code: 'user-not-found' });
  });

  it.each(ALL.filter((action) => action !== 'restore' && action !== 'endSessions'))(
    'leave a deleted account alone: %s',
    async (action) => {
      await expect(actions()[action](by(admin, gone.id))).rejects.toMatchObject({ code: 'account-deleted' });
      expect(await stateOf(gone)).toEqual(gone.state);
    },
  );

  it.each<Action>(['suspend', 'lock', 'remove'])('keep the last administrator: %s', async (action) => {
    await expect(actions()[action](by(admin, admin.id))).rejects.toMatchObject({
      code: 'last-administrator',
    });
    expect(await stateOf(admin)).toEqual(admin.state);
  });

  it('keep one administrator of two who shut each other out at once', async () => {
    const second = aUser({ roles: ['admin'] });
    await unitOfWork.run(async ({ accounts }) => accounts.insert(second));
    const { lock } = actions();
    const outcomes = await Promise.all([
      outcomeOf(lock(by(admin, second.id))),
      outcomeOf(lock(by(second, admin.id))),
    ]);
    expect(tally(outcomes)).toEqual({ done: 1, 'account-locked': 1 });
  });

  it('delete once, however often it is asked for, and tell the owner once', async () => {
    const { remove } = actions();
    const outcomes = await inParallel(3, () => outcomeOf(remove(by(helper))));
    expect(tally(outcomes)).toEqual({ done: 1, 'account-deleted': 2 });
    expect(database.tables.outbox.map(({ event }) => event.type)).toEqual(['user.deleted']);
  });

  it('delete a pending account, whose address is not known to be its owner’s, without a word', async () => {
    const pending = aUser({ status: 'pending', identifiers: [] });
    await unitOfWork.run(async ({ accounts }) => accounts.insert(pending));
    await actions().remove(by(helper, pending.id));
    expect(database.tables.outbox).toEqual([]);
    expect((await actions().restore(by(helper, pending.id))).state.status).toBe('pending');
  });

  it('restore an account as it was, while its identifiers are reserved', async () => {
    const { deletedAt: _, ...before } = { ...gone.state, status: 'active', updatedAt: now };
    const restored = await actions().restore(by(helper, gone.id));
    expect(restored.state).toEqual({ ...before, deletedAt: null });
    expect(await stateOf(gone)).toEqual(restored.state);
  });

  it.each<[number, string]>([
    [days(30), 'done'],
    [days(30) + 1, 'restore-too-late'],
  ])('restore until the erasure is due: %i ms after the deletion, %s', async (age, outcome) => {
    await put(gone.deleted(new Date(now.getTime() - age)));
    expect(await outcomeOf(actions().restore(by(helper, gone.id)))).toBe(outcome);
  });

  it('restore nothing that is not deleted', async () => {
    await expect(actions().restore(by(helper))).rejects.toMatchObject({ code: 'account-not-deleted' });
  });

  it('leave the choice of a password to its owner', async () => {
    await actions().startReset(by(helper));
    expect(mailed).toEqual([
      { identifier: person.identifiers[0]!.identifier.value, locale: 'en', actorId: helper.id, origin },
    ]);
  });

  it('activate what is suspended, and nothing that was never proved', async () => {
    await put(person.withStatus('suspended', at(0)));
    expect((await actions().activate(by(helper))).state.status).toBe('active');
    const pending = aUser({ status: 'pending', identifiers: [] });
    await unitOfWork.run(async ({ accounts }) => accounts.insert(pending));
    await expect(actions().activate(by(helper, pending.id))).rejects.toMatchObject({
      code: 'account-pending',
    });
  });

  it('unlock what an administrator and what wrong passwords had locked', async () => {
    await actions().lock(by(helper));
    expect((await stateOf(person)).lockedUntil).not.toBeNull();
    const cleared: string[] = [];
    await new UnlockAccount(
      {
        run: (work) =>
          unitOfWork.run((tx) =>
            work(
              Object.assign(tx, {
                passwordFailures: { forgive: () => null, clear: (id: string) => void cleared.push(id) },
              }),
            ),
          ),
      },
      new FixedClock(now),
    ).execute(by(helper));
    expect((await stateOf(person)).lockedUntil).toBeNull();
    expect(cleared).toEqual([person.id]);
  });
});
