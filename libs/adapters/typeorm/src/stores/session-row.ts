import type { RiskReason } from '#domain/risk';
import {
  Session,
  type AuthenticationMethod,
  type RevocationReason,
  type SessionState,
} from '#domain/session';

/** One by one: a prepared `SELECT *` fails for good once a newer version has added a column. */
export const SESSION_COLUMNS = `s.user_id, s.id, s.generation, s.authentication_methods, s.address, s.user_agent,
  s.created_at, s.last_active_at, s.expires_at, s.absolute_expires_at, s.rotated_at, s.revoked_at,
  s.revocation_reason, s.device_id, s.country, s.risk, s.risk_reasons`;
/** To be joined where somebody judges by the session. */
export const STANDING_COLUMNS =
  'd.first_seen_at AS device_seen_at, d.trusted_at IS NOT NULL AS device_trusted';
export const STANDING_JOIN = 'LEFT JOIN gatehouse.devices d ON d.user_id = s.user_id AND d.id = s.device_id';

export interface SessionRow {
  readonly user_id: string;
  readonly id: string;
  readonly generation: number;
  readonly authentication_methods: AuthenticationMethod[];
  readonly address: string;
  readonly user_agent: string;
  readonly created_at: Date;
  readonly last_active_at: Date;
  readonly expires_at: Date;
  readonly absolute_expires_at: Date;
  readonly rotated_at: Date | null;
  readonly revoked_at: Date | null;
  readonly revocation_reason: RevocationReason | null;
  /** Null, as are the others after it, in sessions that are older than the memory of devices. */
  readonly device_id: string | null;
  readonly country: string | null;
  readonly risk: number | null;
  readonly risk_reasons: RiskReason[] | null;
}

export interface StandingRow extends SessionRow {
  readonly device_seen_at: Date | null;
  readonly device_trusted: boolean;
}

export const toSessionState = (row: SessionRow): SessionState => ({
  id: row.id,
  userId: row.user_id,
  generation: row.generation,
  authenticationMethods: row.authentication_methods,
  address: row.address,
  userAgent: row.user_agent,
  createdAt: row.created_at,
  lastActiveAt: row.last_active_at,
  expiresAt: row.expires_at,
  absoluteExpiresAt: row.absolute_expires_at,
  revokedAt: row.revoked_at,
  revocationReason: row.revocation_reason,
  deviceId: row.device_id,
  country: row.country,
  risk: { score: row.risk ?? 0, reasons: row.risk_reasons ?? [] },
});

export const toSessionWithStanding = (row: StandingRow): Session =>
  Session.restore(
    toSessionState(row),
    row.device_seen_at && { firstSeenAt: row.device_seen_at, trusted: row.device_trusted },
  );
