import type { Identifier } from '#domain/identity';
import type { Device, Devices, DeviceState } from '#domain/session';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { DEVICE_COLUMNS, toDevice, toMemory, type DeviceRow } from './device-row.js';

const OF_HOLDER = statement(
  'device_of_holder',
  `SELECT ${DEVICE_COLUMNS}
   FROM gatehouse.user_identifiers i JOIN gatehouse.devices d ON d.user_id = i.user_id
   WHERE i.kind = $1 AND i.value = $2`,
);
const INSERT = statement(
  'device_insert',
  `INSERT INTO gatehouse.devices (user_id, id, fingerprint, name, user_agent, address, last_seen_at, memory,
     first_seen_at, trusted_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
);
const UPDATE = statement(
  'device_update',
  `UPDATE gatehouse.devices
   SET fingerprint = $3, name = $4, user_agent = $5, address = $6, last_seen_at = $7, memory = $8
   WHERE user_id = $1 AND id = $2`,
);
const REMOVE = statement('device_remove', 'DELETE FROM gatehouse.devices WHERE user_id = $1 AND id = $2');
const SET_TRUST = statement(
  'device_set_trust',
  `WITH known AS (
     SELECT user_id, id, (trusted_at IS NULL) <> ($3::timestamptz IS NULL) AS other FROM gatehouse.devices
     WHERE user_id = $1 AND id = $2 FOR NO KEY UPDATE
   ), changed AS (
     UPDATE gatehouse.devices d SET trusted_at = $3 FROM known k
     WHERE d.user_id = k.user_id AND d.id = k.id AND k.other
   )
   SELECT other FROM known`,
);

export class PostgresDevices implements Devices {
  constructor(private readonly db: PostgresTransaction) {}

  async ofHolder({ kind, value }: Identifier): Promise<readonly Device[]> {
    const { rows } = await this.db.query<DeviceRow>(OF_HOLDER, [kind, value]);
    return rows.map(toDevice);
  }

  insert({ state }: Device): void {
    this.db.defer(INSERT, [...seen(state), state.firstSeenAt, state.trustedAt]);
  }

  update({ state }: Device): void {
    this.db.defer(UPDATE, seen(state));
  }

  forget(userId: string, deviceId: string): void {
    this.db.defer(REMOVE, [userId, deviceId]);
  }

  async setTrust(
    userId: string,
    deviceId: string,
    trustedAt: Date | null,
  ): Promise<'changed' | 'unchanged' | 'unknown'> {
    const { rows } = await this.db.query<{ other: boolean }>(SET_TRUST, [userId, deviceId, trustedAt]);
    if (!rows[0]) return 'unknown';
    return rows[0].other ? 'changed' : 'unchanged';
  }

  async remove(userId: string, deviceId: string): Promise<boolean> {
    const { rowCount } = await this.db.query(REMOVE, [userId, deviceId]);
    return rowCount === 1;
  }
}

const seen = (state: DeviceState): readonly unknown[] => [
  state.userId,
  state.id,
  state.fingerprint,
  state.name,
  state.userAgent,
  state.address,
  state.lastSeenAt,
  toMemory(state),
];
