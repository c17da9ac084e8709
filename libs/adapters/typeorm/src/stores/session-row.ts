import type { AuthenticationMethod, RevocationReason, SessionState } from '#domain/session';

/** One by one: a prepared `SELECT *` fails for good once a newer version has added a column. */
export const SESSION_COLUMNS = `s.user_id, s.id, s.generation, s.authentication_methods, s.address, s.user_agent,
  s.created_at, s.last_active_at, s.expires_at, s.absolute_expires_at, s.rotated_at, s.revoked_at,
  s.revocation_reason`;

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
});
