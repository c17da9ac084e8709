import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Alert, type Alerts, type AlertState, type AlertStore, type Counter } from '#domain/alerting';
import type { UnitOfWork } from '#domain/kernel';
import { at, newId } from '#domain/kernel/testing';
import { anAlert } from './alert.mother.js';

export interface AlertsSubject {
  readonly unitOfWork: UnitOfWork<{ readonly alerts: Alerts }>;
  readonly store: AlertStore;
}

/** Run by a spec for each adapter. */
export function describeAlertsContract(
  name: string,
  makeSubject: () => AlertsSubject | Promise<AlertsSubject>,
): void {
  describe(`Alerts contract: ${name}`, () => {
    let unitOfWork: AlertsSubject['unitOfWork'];
    let store: AlertStore;
    beforeEach(async () => {
      ({ unitOfWork, store } = await makeSubject());
    });

    const save = (alert: Alert): Promise<boolean> => unitOfWork.run(({ alerts }) => alerts.save(alert));
    const everything = { kind: null, open: null, after: null, limit: 100 } as const;
    const only = async (): Promise<Alert> => {
      const { alerts } = await store.search(everything);
      expect(alerts).toHaveLength(1);
      return alerts[0]!;
    };
    const next = ({ state }: Alert, changes: Partial<AlertState>): Alert => anAlert({ ...state, ...changes });

    it('keeps an alert as it is, but for its version', async () => {
      const alert = anAlert({
        severity: 'critical',
        lastAt: at(5),
        count: 2 ** 40,
        accounts: { sample: [newId()], hashes: [1, 2 ** 32 - 1] },
        addresses: { sample: ['2001:db8::1', '203.0.113.7'], hashes: [7] },
        requestIds: ['a,b', '"c"'],
        told: 3,
      });
      expect(await save(alert)).toBe(true);
      expect((await only()).state).toEqual({ ...alert.state, version: 1 });
      expect((await store.open()).map(({ state }) => state)).toEqual([{ ...alert.state, version: 1 }]);
    });

    it('takes one of several next states of a version', async () => {
      await save(anAlert());
      const alert = await only();
      const counts = [2, 3, 4, 5, 6];
      const taken = await Promise.all(counts.map((count) => save(next(alert, { count }))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect((await only()).state).toMatchObject({ count: counts[taken.indexOf(true)], version: 2 });
    });

    it('opens one alert of a kind, however many try', async () => {
      const taken = await Promise.all(Array.from({ length: 5 }, () => save(anAlert())));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await save(anAlert({ kind: 'role-change' }))).toBe(true);
      expect(await store.open()).toHaveLength(2);
    });

    it('opens the next one once the last is closed, in one unit of work', async () => {
      await save(anAlert());
      const before = await only();
      const after = anAlert({ openedAt: at(9) });
      const stored = await unitOfWork.run(({ alerts }) =>
        Promise.all([alerts.save(next(before, { closedAt: at(8) })), alerts.save(after)]),
      );
      expect(stored).toEqual([true, true]);
      expect((await store.open()).map(({ state }) => state.id)).toEqual([after.state.id]);
      expect(await save(next(before, { count: 7 }))).toBe(false);
    });

    it('forgets what a unit of work did that failed', async () => {
      const work = unitOfWork.run(async ({ alerts }) => {
        alerts.saveCounters([{ subject: 's', since: at(0), count: 1, before: 0 }]);
        await alerts.save(anAlert());
        throw new Error('no');
      });
      await expect(work).rejects.toThrow('no');
      expect(await store.open()).toEqual([]);
      expect(await store.counters(['s'])).toEqual([]);
    });

    it('keeps the first acknowledgement, of however many at once, whatever becomes of the alert', async () => {
      await save(anAlert());
      const alert = await only();
      const people = Array.from({ length: 4 }, newId);
      const outcomes = await Promise.all(
        people.map((by) => unitOfWork.run(({ alerts }) => alerts.acknowledge(alert.state.id, by, at(3)))),
      );
      const first = outcomes.findIndex(({ outcome }) => outcome === 'acknowledged');
      expect(outcomes.filter(({ outcome }) => outcome === 'acknowledged-before')).toHaveLength(3);
      const acknowledged = { by: people[first], at: at(3) };
      for (const outcome of outcomes) expect(outcome).toMatchObject({ alert: { state: { acknowledged } } });

      expect(await save(next(alert, { count: 2 }))).toBe(true);
      expect((await only()).state).toMatchObject({ count: 2, acknowledged });
    });

    it('acknowledges nothing that is not there', async () => {
      expect(await unitOfWork.run(({ alerts }) => alerts.acknowledge(newId(), newId(), at(0)))).toEqual({
        outcome: 'not-found',
      });
    });

    it('keeps counters, each in its last state', async () => {
      const counter = (subject: string, count: number): Counter => ({
        subject,
        since: at(count),
        count,
        before: 9,
      });
      await unitOfWork.run(async ({ alerts }) => alerts.saveCounters([counter('a', 1), counter('b', 2)]));
      await unitOfWork.run(async ({ alerts }) => alerts.saveCounters([counter('b', 3)]));
      await unitOfWork.run(async ({ alerts }) => alerts.saveCounters([]));
      const found = await store.counters(['a', 'b', 'c']);
      expect([...found].sort((x, y) => (x.subject < y.subject ? -1 : 1))).toEqual([
        counter('a', 1),
        counter('b', 3),
      ]);
      expect(await store.counters([])).toEqual([]);
    });

    it('finds alerts by kind and by whether they are open, newest first, page by page', async () => {
      const opened = [anAlert({ openedAt: at(1) }), anAlert({ kind: 'role-change', openedAt: at(4) })];
      const closed = [2, 3, 3].map((ms) => anAlert({ openedAt: at(ms), closedAt: at(9) }));
      for (const alert of [...closed, ...opened]) expect(await save(alert)).toBe(true);
      const found = async (query: object) =>
        (await store.search({ ...everything, ...query })).alerts.map(({ state }) => state.id);
      const [lockout, roles] = opened.map(({ state }) => state.id);
      const past = closed.map(({ state }) => state.id).reverse();
      expect(await found({})).toEqual([roles, ...past, lockout]);
      expect(await found({ open: true })).toEqual([roles, lockout]);
      expect(await found({ open: false })).toEqual(past);
      expect(await found({ kind: 'role-change' })).toEqual([roles]);
      expect(await found({ kind: 'role-change', open: false })).toEqual([]);

      const pages: string[][] = [];
      for (
        let after: Awaited<ReturnType<AlertStore['search']>>['next'] | undefined = null;
        after !== undefined;
      ) {
        const page: Awaited<ReturnType<AlertStore['search']>> = await store.search({
          ...everything,
          after,
          limit: 2,
        });
        pages.push(page.alerts.map(({ state }) => state.id));
        after = page.next ?? undefined;
      }
      expect(pages).toEqual([[roles, past[0]], [past[1], past[2]], [lockout]]);
    });

    it('gives away copies', async () => {
      await save(anAlert());
      const [given] = await store.open();
      Object.assign(given!.state, { count: 99 });
      given!.state.openedAt.setTime(0);
      expect((await only()).state).toMatchObject({ count: 1, openedAt: at(0) });
    });
  });
}
