import { token } from '#domain/kernel';
import type { Alert } from '../model/alert.entity.js';
import type { AlertKind } from '../model/alert-kind.js';
import type { Counter } from '../model/counter.js';

export type Acknowledgement =
  | { readonly outcome: 'acknowledged' | 'acknowledged-before'; readonly alert: Alert }
  | { readonly outcome: 'not-found' };

/** Bound to a unit of work. */
export interface Alerts {
  /**
   * Stores a new alert, or the next state of one; who acknowledged it stays. False when it is not at its version any
   * more, or when another one of its kind is open: of several at once, one is stored.
   */
  save(alert: Alert): Promise<boolean>;
  /** Write-behind. */
  saveCounters(counters: readonly Counter[]): void;
  /** The first one stands. */
  acknowledge(id: string, by: string, at: Date): Promise<Acknowledgement>;
}

/** A place in the order of the alerts. */
export interface AlertPlace {
  readonly openedAt: Date;
  readonly id: string;
}

/** Null for what does not matter. */
export interface AlertQuery {
  readonly kind: AlertKind | null;
  readonly open: boolean | null;
  readonly after: AlertPlace | null;
  readonly limit: number;
}

export interface AlertPage {
  /** The one opened last comes first. */
  readonly alerts: readonly Alert[];
  readonly next: AlertPlace | null;
}

/** Alerts outside a transaction. */
export interface AlertStore {
  open(): Promise<readonly Alert[]>;
  /** Those that there are of these subjects. */
  counters(subjects: readonly string[]): Promise<readonly Counter[]>;
  search(query: AlertQuery): Promise<AlertPage>;
}

export const ALERT_STORE = token<AlertStore>('AlertStore');
