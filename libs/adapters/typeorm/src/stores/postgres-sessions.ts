import type { Identifier } from '#domain/identity';
import type { LiveSession, RevocationReason, Session, Sessions } from '#domain/session';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import type { SessionRow } from './session-row.js';

const LIVE_BY_IDENTIFIER = statement(
  'session_live_by_identifier',
  `SELECT s.id, s.device_id, s.created_at
   FROM gatehouse.user_identifiers i JOIN gatehouse.sessions s ON s.user_id = i.user_id
   WHERE i.kind = $1 AND i.value = $2 AND s.revoked_at IS NULL AND s.expires_at > $3`,
);
const INSERT = statement(
  'session_insert',
  `INSERT INTO gatehouse.sessions (user_id, id, generation, authentication_methods, address, user_agent,
     created_at, last_active_at, expires_at, absolute_expires_at, device_id, country, risk, risk_reasons)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
);
const IS_LIVE = statement(
  'session_is_live',
  `SELECT FROM gatehouse.sessions
   WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL AND expires_at > $3`,
);
const REVOKE = statement(
  'session_revoke',
  `UPDATE gatehouse.sessions SET revoked_at = $4, revocation_reason = $3
   WHERE user_id = $1 AND id = ANY($2) AND revoked_at IS NULL AND expires_at > $4 RETURNING id`,
);
const REVOKE_OTHERS = statement(
  'session_revoke_others',
  `UPDATE gatehouse.sessions SET revoked_at = $4, revocation_reason = $3
   WHERE user_id = $1 AND id IS DISTINCT FROM $2 AND revoked_at IS NULL AND expires_at > $4 RETURNING id`,
);
const REVOKE_ON_DEVICE = statement(
  'session_revoke_on_device',
  `UPDATE gatehouse.sessions SET revoked_at = $4, revocation_reason = $3
   WHERE user_id = $1 AND device_id = $2 AND revoked_at IS NULL AND expires_at > $4 RETURNING id`,
);

type LiveRow = Pick<SessionRow, 'id' | 'device_id' | 'created_at'>;

export class PostgresSessions implements Sessions {
  constructor(private readonly db: PostgresTransaction) {}

  async liveByIdentifier({ kind, value }: Identifier, now: Date): Promise<readonly LiveSession[]> {
    const { rows } = await this.db.query<LiveRow>(LIVE_BY_IDENTIFIER, [kind, value, now]);
    return rows.map(({ id, device_id: deviceId, created_at: createdAt }) => ({ id, deviceId, createdAt }));
  }

  insert({ state }: Session): void {
    this.db.defer(INSERT, [
      state.userId,
      state.id,
      state.generation,
      state.authenticationMethods,
      state.address,
      state.userAgent,
      state.createdAt,
      state.lastActiveAt,
      state.expiresAt,
      state.absoluteExpiresAt,
      state.deviceId,
      state.country,
      state.risk.score,
      state.risk.reasons,
    ]);
  }

  async isLive(userId: string, sessionId: string, now: Date): Promise<boolean> {
    const { rowCount } = await this.db.query(IS_LIVE, [userId, sessionId, now]);
    return rowCount === 1;
  }

  supersede(userId: string, sessionIds: readonly string[], now: Date): void {
    this.db.defer(REVOKE, [userId, sessionIds, 'superseded', now]);
  }

  async revoke(
    userId: string,
    sessionIds: readonly string[],
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]> {
    const { rows } = await this.db.query<{ id: string }>(REVOKE, [userId, sessionIds, reason, now]);
    return rows.map(({ id }) => id);
  }

  async revokeOthers(
    userId: string,
    exceptId: string | null,
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]> {
    const { rows } = await this.db.query<{ id: string }>(REVOKE_OTHERS, [userId, exceptId, reason, now]);
    return rows.map(({ id }) => id);
  }

  async revokeOnDevice(
    userId: string,
    deviceId: string,
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]> {
    const { rows } = await this.db.query<{ id: string }>(REVOKE_ON_DEVICE, [userId, deviceId, reason, now]);
    return rows.map(({ id }) => id);
  }

  revokeAll(userId: string, reason: RevocationReason, now: Date): void {
    this.db.defer(REVOKE_OTHERS, [userId, null, reason, now]);
  }
}
