import type { Identifier } from '#domain/identity';
import { Session, type RevocationReason, type Sessions } from '#domain/session';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { SESSION_COLUMNS, toSessionState, type SessionRow } from './session-row.js';

const LIVE_BY_IDENTIFIER = statement(
  'session_live_by_identifier',
  `SELECT ${SESSION_COLUMNS}
   FROM gatehouse.user_identifiers i JOIN gatehouse.sessions s ON s.user_id = i.user_id
   WHERE i.kind = $1 AND i.value = $2 AND s.revoked_at IS NULL AND s.expires_at > $3`,
);
const INSERT = statement(
  'session_insert',
  `INSERT INTO gatehouse.sessions (user_id, id, generation, authentication_methods, address, user_agent,
     created_at, last_active_at, expires_at, absolute_expires_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
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

export class PostgresSessions implements Sessions {
  constructor(private readonly db: PostgresTransaction) {}

  async liveByIdentifier({ kind, value }: Identifier, now: Date): Promise<readonly Session[]> {
    const { rows } = await this.db.query<SessionRow>(LIVE_BY_IDENTIFIER, [kind, value, now]);
    return rows.map((row) => Session.restore(toSessionState(row)));
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
    ]);
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

  revokeAll(userId: string, reason: RevocationReason, now: Date): void {
    this.db.defer(REVOKE_OTHERS, [userId, null, reason, now]);
  }
}
