import type { Queryable } from '../postgres-database.js';

/** Months made ahead; the clean-up runs daily, so one would do. */
const MONTHS_AHEAD = 3;

/** Rows of that month stand in the default partition already, after months without a clean-up. */
const CHECK_VIOLATION = '23514';
/** Another instance made it meanwhile; `IF NOT EXISTS` looks before it waits for the lock. */
const DUPLICATE_TABLE = '42P07';

/** The name of a month's table, and of the month. */
export const AUDIT_PARTITION = /^audit_events_(\d{4}_\d{2})$/;

/** Makes the monthly partitions of the audit trail from the current month on, append-only. Idempotent. */
export async function ensureAuditPartitions(db: Queryable, now: Date): Promise<void> {
  for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
    const from = startOfMonth(now, ahead);
    const to = startOfMonth(now, ahead + 1);
    const name = `gatehouse.audit_events_${from.slice(0, 4)}_${from.slice(5, 7)}`;
    const text = `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF gatehouse.audit_events
                  FOR VALUES FROM ('${from}') TO ('${to}')`;
    try {
      await db.query({ text }, []);
    } catch (error) {
      const { code } = error as { readonly code?: string };
      if (code !== CHECK_VIOLATION && code !== DUPLICATE_TABLE) throw error;
    }
  }
  await db.query({ text: 'SELECT gatehouse.protect_audit_partitions()' }, []);
}

const startOfMonth = (now: Date, ahead: number): string =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1)).toISOString();
