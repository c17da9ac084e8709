import {
  Alert,
  type Acknowledgement,
  type AlertPage,
  type AlertQuery,
  type Alerts,
  type AlertState,
  type AlertStore,
  type Counter,
} from '#domain/alerting';
import type { InMemoryDatabase, Tables } from './in-memory-database.js';

export class InMemoryAlerts implements Alerts {
  constructor(private readonly tables: Tables) {}

  save({ state }: Alert): Promise<boolean> {
    const { alerts } = this.tables;
    const stored = alerts.find(({ id }) => id === state.id);
    const next = structuredClone({ ...state, version: state.version + 1 });
    const isOpen = ({ kind, closedAt }: AlertState) => kind === state.kind && closedAt === null;
    if ((stored?.version ?? 0) !== state.version) return Promise.resolve(false);
    if (stored) Object.assign(stored, next, { acknowledged: stored.acknowledged });
    else if (state.closedAt === null && alerts.some(isOpen)) return Promise.resolve(false);
    else alerts.push(next);
    return Promise.resolve(true);
  }

  saveCounters(counters: readonly Counter[]): void {
    const subjects = new Set(counters.map(({ subject }) => subject));
    const others = this.tables.alertCounters.filter(({ subject }) => !subjects.has(subject));
    this.tables.alertCounters = [...others, ...structuredClone(counters)];
  }

  acknowledge(id: string, by: string, at: Date): Promise<Acknowledgement> {
    const stored = this.tables.alerts.find((alert) => alert.id === id);
    if (!stored) return Promise.resolve({ outcome: 'not-found' });
    const outcome = stored.acknowledged ? 'acknowledged-before' : 'acknowledged';
    const acknowledged = stored.acknowledged ?? { by, at: new Date(at) };
    Object.assign(stored, { acknowledged });
    return Promise.resolve({ outcome, alert: Alert.restore(structuredClone(stored)) });
  }
}

export class InMemoryAlertStore implements AlertStore {
  constructor(private readonly database: InMemoryDatabase) {}

  open(): Promise<readonly Alert[]> {
    const open = this.database.tables.alerts.filter(({ closedAt }) => closedAt === null);
    return Promise.resolve(open.sort((a, b) => (a.id < b.id ? -1 : 1)).map((state) => Alert.restore(state)));
  }

  counters(subjects: readonly string[]): Promise<readonly Counter[]> {
    const { alertCounters } = this.database.tables;
    return Promise.resolve(alertCounters.filter(({ subject }) => subjects.includes(subject)));
  }

  search({ kind, open, after, limit }: AlertQuery): Promise<AlertPage> {
    const found = this.database.tables.alerts
      .filter((alert) => kind === null || alert.kind === kind)
      .filter(({ closedAt }) => open === null || (closedAt === null) === open)
      .filter((alert) => after === null || order(alert, after) > 0)
      .sort(order);
    const alerts = found.slice(0, limit).map((state) => Alert.restore(state));
    const last = found.length > limit ? alerts.at(-1)?.state : undefined;
    return Promise.resolve({ alerts, next: last ? { openedAt: last.openedAt, id: last.id } : null });
  }
}

type Place = Pick<AlertState, 'openedAt' | 'id'>;

const order = (a: Place, b: Place): number =>
  b.openedAt.getTime() - a.openedAt.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
