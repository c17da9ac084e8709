import type { DeviceStore, ListedDevice } from '#domain/session';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { DEVICE_COLUMNS, toDevice, type DeviceRow } from './device-row.js';

const LIVE_SESSION = `s.user_id = d.user_id AND s.device_id = d.id AND s.revoked_at IS NULL AND s.expires_at > $2`;

const LIST = statement(
  'device_list',
  `SELECT ${DEVICE_COLUMNS}, count(s.id)::integer AS live_sessions,
     GREATEST(d.last_seen_at, max(s.last_active_at)) AS last_active_at
   FROM gatehouse.devices d LEFT JOIN gatehouse.sessions s ON ${LIVE_SESSION}
   WHERE d.user_id = $1 GROUP BY d.user_id, d.id ORDER BY d.first_seen_at DESC, d.id DESC`,
);
/** A sign-in holds its account from before it reads the devices: what it may be about to use is left for next time. */
const PURGE_UNUSED = statement(
  'device_purge_unused',
  `DELETE FROM gatehouse.devices o USING (
     SELECT d.user_id, d.id FROM gatehouse.devices d JOIN gatehouse.users u ON u.id = d.user_id
     WHERE d.last_seen_at < $1 AND NOT EXISTS (SELECT FROM gatehouse.sessions s WHERE ${LIVE_SESSION})
     ORDER BY d.last_seen_at LIMIT $3
     FOR UPDATE OF d SKIP LOCKED FOR KEY SHARE OF u SKIP LOCKED
   ) unused WHERE o.user_id = unused.user_id AND o.id = unused.id`,
);

type ListedRow = DeviceRow & { readonly live_sessions: number; readonly last_active_at: Date };

export class PostgresDeviceStore implements DeviceStore {
  constructor(private readonly db: Queryable) {}

  async list(userId: string, now: Date): Promise<readonly ListedDevice[]> {
    const { rows } = await this.db.query<ListedRow>(LIST, [userId, now]);
    return rows.map((row) => ({
      device: toDevice(row),
      lastActiveAt: row.last_active_at,
      liveSessions: row.live_sessions,
    }));
  }

  async purgeUnused(unusedSince: Date, now: Date, limit: number): Promise<number> {
    const { rowCount } = await this.db.query(PURGE_UNUSED, [unusedSince, now, limit]);
    return rowCount ?? 0;
  }
}
