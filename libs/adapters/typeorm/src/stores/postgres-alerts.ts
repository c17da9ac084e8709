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
import type { PostgresTransaction, Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { Where } from './where.js';

const COLUMNS = `id, kind, severity, opened_at AS "openedAt", last_at AS "lastAt", closed_at AS "closedAt",
  count::float8, accounts, addresses, request_ids AS "requestIds", told::float8, acknowledged_at, acknowledged_by,
  version`;
const INSERT = statement(
  'alert_insert',
  `INSERT INTO gatehouse.alerts (id, kind, severity, opened_at, last_at, closed_at, count, accounts, addresses,
     request_ids, told, version)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)
   ON CONFLICT DO NOTHING`,
);
const UPDATE = statement(
  'alert_update',
  `UPDATE gatehouse.alerts SET severity = $3, last_at = $4, closed_at = $5, count = $6, accounts = $7,
     addresses = $8, request_ids = $9, told = $10, version = version + 1
   WHERE id = $1 AND version = $2`,
);
const SAVE_COUNTERS = statement(
  'alert_save_counters',
  `INSERT INTO gatehouse.alert_counters (subject, since, count, before)
   SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::integer[], $4::integer[])
   ON CONFLICT (subject) DO UPDATE SET since = excluded.since, count = excluded.count, before = excluded.before`,
);
const ACKNOWLEDGE = statement(
  'alert_acknowledge',
  `UPDATE gatehouse.alerts SET acknowledged_by = $2, acknowledged_at = $3
   WHERE id = $1 AND acknowledged_at IS NULL RETURNING ${COLUMNS}`,
);
const FIND = statement('alert_find', `SELECT ${COLUMNS} FROM gatehouse.alerts WHERE id = $1`);
const OPEN = statement(
  'alerts_open',
  `SELECT ${COLUMNS} FROM gatehouse.alerts WHERE closed_at IS NULL ORDER BY id`,
);
const COUNTERS = statement(
  'alert_counters',
  `SELECT subject, since, count, before FROM gatehouse.alert_counters WHERE subject = ANY($1)`,
);

interface AlertRow extends Omit<AlertState, 'acknowledged'> {
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
}

export class PostgresAlerts implements Alerts {
  constructor(private readonly db: PostgresTransaction) {}

  async save({ state }: Alert): Promise<boolean> {
    const { id, kind, version, severity, openedAt, lastAt, closedAt, count, requestIds, told } = state;
    const [accounts, addresses] = [JSON.stringify(state.accounts), JSON.stringify(state.addresses)];
    const since = [lastAt, closedAt, count, accounts, addresses, requestIds, told];
    const { rowCount } =
      version === 0
        ? await this.db.query(INSERT, [id, kind, severity, openedAt, ...since])
        : await this.db.query(UPDATE, [id, version, severity, ...since]);
    return rowCount === 1;
  }

  saveCounters(counters: readonly Counter[]): void {
    if (counters.length === 0) return;
    this.db.defer(SAVE_COUNTERS, [
      counters.map(({ subject }) => subject),
      counters.map(({ since }) => since),
      counters.map(({ count }) => count),
      counters.map(({ before }) => before),
    ]);
  }

  async acknowledge(id: string, by: string, at: Date): Promise<Acknowledgement> {
    const { rows: first } = await this.db.query<AlertRow>(ACKNOWLEDGE, [id, by, at]);
    if (first[0]) return { outcome: 'acknowledged', alert: toAlert(first[0]) };
    const { rows: found } = await this.db.query<AlertRow>(FIND, [id]);
    return found[0] ? { outcome: 'acknowledged-before', alert: toAlert(found[0]) } : { outcome: 'not-found' };
  }
}

export class PostgresAlertStore implements AlertStore {
  constructor(private readonly db: Queryable) {}

  async open(): Promise<readonly Alert[]> {
    return (await this.db.query<AlertRow>(OPEN, [])).rows.map(toAlert);
  }

  async counters(subjects: readonly string[]): Promise<readonly Counter[]> {
    return (await this.db.query<Counter & object>(COUNTERS, [subjects])).rows;
  }

  async search({ kind, open, after, limit }: AlertQuery): Promise<AlertPage> {
    const where = new Where();
    where.given(kind, (value) => `kind = ${value}`);
    if (open !== null) where.and(`closed_at IS ${open ? '' : 'NOT '}NULL`);
    if (after) {
      const place = `(${where.value(after.openedAt)}::timestamptz, ${where.value(after.id)}::uuid)`;
      where.and(`(opened_at, id) < ${place}`);
    }
    const text = `SELECT ${COLUMNS} FROM gatehouse.alerts WHERE ${where.text}
                  ORDER BY opened_at DESC, id DESC LIMIT ${where.value(limit + 1)}`;
    const { rows } = await this.db.query<AlertRow>({ text }, where.values);
    const alerts = rows.slice(0, limit).map(toAlert);
    const last = rows.length > limit ? alerts.at(-1)?.state : undefined;
    return { alerts, next: last ? { openedAt: last.openedAt, id: last.id } : null };
  }
}

const toAlert = ({ acknowledged_at: at, acknowledged_by: by, ...state }: AlertRow): Alert =>
  Alert.restore({ ...state, acknowledged: at && by ? { at, by } : null });
