import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  AlertAnnouncer,
  RaiseAlerts,
  type AlertingPolicy,
  type AlertState,
  type AlertStore,
} from '#domain/alerting';
import type { AuditCursors, AuditEvent, AuditFeed } from '#domain/audit';
import { anAuditEvent } from '#domain/audit/testing';
import type { AccountDirectory, User } from '#domain/identity';
import { aUser } from '#domain/identity/testing';
import { days, hours, minutes, type DomainEvent, type IdGenerator, type UnitOfWork } from '#domain/kernel';
import { anOrigin, at, FixedClock, newId } from '#domain/kernel/testing';
import { aPolicy } from './alert.mother.js';

type Tx = ConstructorParameters<typeof RaiseAlerts>[5] extends UnitOfWork<infer T> ? T : never;

export interface RaiseAlertsSubject {
  readonly feed: () => AuditFeed;
  readonly cursors: AuditCursors;
  readonly store: AlertStore;
  readonly unitOfWork: UnitOfWork<Tx>;
  readonly ids: IdGenerator;
  readonly append: (events: readonly AuditEvent[]) => Promise<void>;
  readonly lastPosition: () => Promise<number>;
  /** What is in the outbox, oldest first. */
  readonly outbox: () => Promise<readonly DomainEvent[]>;
}

/** What a follower of the trail owes to whoever trusts it, on each adapter. */
export function describeRaisingAlerts(
  name: string,
  makeSubject: () => RaiseAlertsSubject | Promise<RaiseAlertsSubject>,
): void {
  describe(`Raising alerts: ${name}`, () => {
    let subject: RaiseAlertsSubject;
    let clock: FixedClock;
    const users = new Map<string, User>();
    const directory = {
      findById: async (id: string) => users.get(id) ?? null,
    } as Partial<AccountDirectory> as AccountDirectory;

    beforeEach(async () => {
      users.clear();
      clock = new FixedClock();
      subject = await makeSubject();
    });

    const worker = (
      policy: AlertingPolicy = aPolicy(),
      unitOfWork: UnitOfWork<Tx> = subject.unitOfWork,
    ): RaiseAlerts =>
      new RaiseAlerts(
        subject.feed(),
        subject.cursors,
        subject.store,
        directory,
        new AlertAnnouncer(subject.ids, policy),
        unitOfWork,
        (address) => address,
        subject.ids,
        clock,
        policy,
      );
    /** Until every row was looked at, which takes until it is settled, and all of them see nothing more to do. */
    const catchUp = async (...workers: RaiseAlerts[]): Promise<void> => {
      const last = await subject.lastPosition();
      for (let idle = false; !idle || (await subject.cursors.position('alerts')) < last;) {
        const results = await Promise.all(workers.map((each) => each.execute()));
        idle = results.every(({ outcome }) => outcome === 'caught-up');
      }
    };
    const known = (): string => {
      const user = aUser();
      users.set(user.id, user);
      return user.id;
    };
    const alerts = async (): Promise<readonly AlertState[]> =>
      (await subject.store.search({ kind: null, open: null, after: null, limit: 100 })).alerts
        .map(({ state }) => state)
        .reverse();
    const told = async (type: string): Promise<readonly object[]> =>
      (await subject.outbox()).filter((event) => event.type === type).map(({ payload }) => payload);
    const happened = (overrides: Partial<AuditEvent>): AuditEvent =>
      anAuditEvent({ result: 'failure', occurredAt: at(0), userId: newId(), ...overrides });

    it('makes one alert and two notices of an attack, in any number of batches', async () => {
      const attack = Array.from({ length: 2_000 }, (_, i) =>
        happened({
          action: i % 3 === 0 ? 'otp.rejected' : 'password.rejected',
          occurredAt: at(i * 20),
          origin: anOrigin({ address: `10.0.0.${i % 200}`, requestId: `r${i}` }),
        }),
      );
      await subject.append(attack);
      await catchUp(worker(), worker());
      clock.advance(hours(2));
      await catchUp(worker(), worker());

      expect(await alerts()).toEqual([
        expect.objectContaining({ kind: 'many-failures', severity: 'critical', count: 2_000 }),
      ]);
      expect(await told('alert.mailed')).toHaveLength(2);
      expect(await told('alert.posted')).toEqual([
        expect.objectContaining({ phase: 'opened' }),
        expect.objectContaining({ phase: 'closed', count: 2_000 }),
      ]);
      expect(await told('account.alerted')).toEqual([]);
    });

    it('writes to the owner of one account that is tried too often, once, and not after a lock-out', async () => {
      const [tried, locked] = [known(), known()];
      const tries = (userId: string) =>
        Array.from({ length: 30 }, () => happened({ action: 'password.rejected', userId }));
      const lockout = happened({ action: 'password.locked-out', userId: locked });
      await subject.append([...tries(tried), ...tries(locked).slice(0, 10), lockout, ...tries(locked)]);
      await catchUp(worker());
      expect(await told('account.alerted')).toEqual([
        expect.objectContaining({ userId: tried, notice: 'many-failures', notify: [expect.anything()] }),
      ]);
      expect((await alerts()).map(({ kind, severity }) => [kind, severity])).toEqual([
        ['many-failures', 'warning'],
        ['lockout', 'warning'],
      ]);
    });

    it('tells nobody twice, however many workers there are', async () => {
      const userId = known();
      await subject.append(
        Array.from({ length: 40 }, () => happened({ action: 'session.refresh-reused', userId })),
      );
      await catchUp(worker(), worker(), worker());
      expect(await alerts()).toEqual([expect.objectContaining({ kind: 'refresh-reuse', count: 40 })]);
      expect(await told('account.alerted')).toHaveLength(1);
      expect(await told('alert.mailed')).toHaveLength(1);
      expect(await told('alert.posted')).toHaveLength(1);
    });

    it('loses nothing and repeats nothing when a worker dies before its commit', async () => {
      await subject.append([happened({ action: 'session.refresh-reused', userId: known() })]);
      const dying: UnitOfWork<Tx> = {
        run: (work) =>
          subject.unitOfWork.run(async (tx) => {
            await work(tx);
            throw new Error('killed');
          }),
      };
      const doomed = worker(aPolicy(), dying);
      // The first look may be too early for a row that has just been written.
      const died = async (): Promise<unknown> => {
        for (;;) await doomed.execute();
      };
      await expect(died()).rejects.toThrow('killed');
      expect(await alerts()).toEqual([]);
      expect(await subject.outbox()).toEqual([]);

      await catchUp(worker(), worker());
      expect(await alerts()).toEqual([expect.objectContaining({ count: 1 })]);
      expect(await told('account.alerted')).toHaveLength(1);
    });

    it('says that an alert is over, once, with what it came to', async () => {
      const roles = happened({ action: 'user.roles-changed', result: 'success', userId: known() });
      await subject.append([roles, { ...roles, occurredAt: at(minutes(59)) }]);
      await catchUp(worker());
      clock.advance(hours(2) - minutes(2));
      await catchUp(worker());
      expect((await alerts())[0]).toMatchObject({ closedAt: null });
      clock.advance(minutes(1));
      await catchUp(worker(), worker());
      expect(await alerts()).toEqual([
        expect.objectContaining({ count: 2, closedAt: at(hours(1) + minutes(59)) }),
      ]);
      expect((await told('alert.posted')).map((notice) => (notice as { phase: string }).phase)).toEqual([
        'opened',
        'closed',
      ]);
    });

    it('takes a row from the future, of a clock that is ahead, for one of now', async () => {
      const userId = known();
      const ahead = happened({ action: 'session.refresh-reused', userId, occurredAt: at(days(400)) });
      await subject.append([ahead]);
      await catchUp(worker());
      clock.advance(hours(2));
      await catchUp(worker());
      await subject.append([{ ...ahead, occurredAt: clock.now() }]);
      await catchUp(worker());
      expect(await alerts()).toEqual([
        expect.objectContaining({ openedAt: at(0), closedAt: at(hours(1)) }),
        expect.objectContaining({ openedAt: at(hours(2)), closedAt: null }),
      ]);
      expect(await told('account.alerted')).toHaveLength(2);
    });

    it('does not wait for the future that a clock was in before it was put back', async () => {
      const userId = known();
      const tries = Array.from({ length: 20 }, (_, i) =>
        happened({ action: 'password.rejected', userId, occurredAt: at(i) }),
      );
      clock.advance(days(2));
      await subject.append(tries.map((row) => ({ ...row, occurredAt: clock.now() })));
      await catchUp(worker());
      clock.advance(-days(2));
      await catchUp(worker());
      await subject.append(tries.slice(1));
      await catchUp(worker());
      expect(await alerts()).toEqual([expect.objectContaining({ count: 20, closedAt: at(0) })]);
      await subject.append(tries.slice(0, 1));
      await catchUp(worker());
      expect((await alerts()).map(({ count }) => count).sort()).toEqual([20, 20]);
      expect(await told('account.alerted')).toHaveLength(2);
    });

    it('says nothing of what is of less weight than operators asked for, but records it', async () => {
      const opened = (riskReasons: readonly string[]) =>
        happened({ action: 'session.opened', result: 'success', metadata: { riskReasons, country: 'NZ' } });
      await subject.append([opened(['new-device']), opened(['new-country', 'new-device']), opened([])]);
      await catchUp(worker());
      expect((await alerts()).map(({ kind, count }) => [kind, count])).toEqual([
        ['new-device', 2],
        ['unusual-place', 1],
      ]);
      expect(await subject.outbox()).toEqual([]);
    });

    it('needs nobody to be told', async () => {
      await subject.append([happened({ action: 'session.refresh-reused' })]);
      await catchUp(worker(aPolicy({ operators: { from: 'info', emails: [], webhook: false } })));
      expect(await alerts()).toHaveLength(1);
      expect(await subject.outbox()).toEqual([]);
    });
  });
}
