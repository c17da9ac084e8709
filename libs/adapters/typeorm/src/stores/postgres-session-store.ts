import {
  Session,
  type RefreshReference,
  type Rotation,
  type RotationOutcome,
  type SessionStore,
} from '#domain/session';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';
import { SESSION_COLUMNS, toSessionState, type SessionRow } from './session-row.js';

/** Whether the account may use its sessions: what `User.statusAt` decides, in SQL. */
const USABLE = (now: string): string =>
  `u.status = 'active' AND (u.locked_until IS NULL OR u.locked_until <= ${now})`;

const ROTATE = statement(
  'session_rotate',
  `UPDATE gatehouse.sessions s SET
     generation = s.generation + 1, rotated_at = $4, last_active_at = $4,
     expires_at = LEAST($5, s.absolute_expires_at), address = $6, user_agent = $7
   FROM gatehouse.users u
   WHERE s.user_id = $1 AND s.id = $2 AND s.generation = $3 AND s.revoked_at IS NULL AND s.expires_at > $4
     AND u.id = s.user_id AND ${USABLE('$4')}
   RETURNING ${SESSION_COLUMNS}, u.roles`,
);
const FIND_WITH_ROLES = statement(
  'session_find_with_roles',
  `SELECT ${SESSION_COLUMNS}, u.roles FROM gatehouse.sessions s JOIN gatehouse.users u ON u.id = s.user_id
   WHERE s.user_id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND ${USABLE('$3')}`,
);
const FIND = statement(
  'session_find',
  `SELECT ${SESSION_COLUMNS} FROM gatehouse.sessions s WHERE user_id = $1 AND id = $2`,
);
const LIST_LIVE = statement(
  'session_list_live',
  `SELECT ${SESSION_COLUMNS} FROM gatehouse.sessions s
   WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
   ORDER BY created_at DESC, id DESC`,
);
const TOUCH = statement(
  'session_touch',
  `UPDATE gatehouse.sessions SET last_active_at = $3 WHERE user_id = $1 AND id = $2 AND last_active_at < $3`,
);
const PURGE_ENDED = statement(
  'session_purge_ended',
  `DELETE FROM gatehouse.sessions s USING (
     SELECT user_id, id FROM gatehouse.sessions WHERE absolute_expires_at < $1
     ORDER BY absolute_expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
   ) ended WHERE s.user_id = ended.user_id AND s.id = ended.id`,
);

type RowWithRoles = SessionRow & { readonly roles: string[] };

export class PostgresSessionStore implements SessionStore {
  constructor(private readonly db: Queryable) {}

  async rotate(presented: RefreshReference, rotation: Rotation): Promise<RotationOutcome> {
    const { userId, sessionId, generation } = presented;
    const { now, expiresAt, graceStart, address, userAgent } = rotation;
    const rotated = await this.db.query<RowWithRoles>(ROTATE, [
      userId,
      sessionId,
      generation,
      now,
      expiresAt,
      address,
      userAgent,
    ]);
    if (rotated.rows[0]) return granted('rotated', rotated.rows[0]);

    const { rows } = await this.db.query<RowWithRoles>(FIND_WITH_ROLES, [userId, sessionId, now]);
    const current = rows[0];
    if (!current || current.generation <= generation) return { outcome: 'ended' };
    const repeated =
      current.generation === generation + 1 &&
      current.rotated_at !== null &&
      current.rotated_at >= graceStart;
    return repeated ? granted('repeated', current) : { outcome: 'reused' };
  }

  async find(userId: string, sessionId: string): Promise<Session | null> {
    const { rows } = await this.db.query<SessionRow>(FIND, [userId, sessionId]);
    return rows[0] ? Session.restore(toSessionState(rows[0])) : null;
  }

  async listLive(userId: string, now: Date): Promise<readonly Session[]> {
    const { rows } = await this.db.query<SessionRow>(LIST_LIVE, [userId, now]);
    return rows.map((row) => Session.restore(toSessionState(row)));
  }

  async touch(userId: string, sessionId: string, now: Date): Promise<void> {
    await this.db.query(TOUCH, [userId, sessionId, now]);
  }

  async purgeEnded(endedBefore: Date, limit: number): Promise<number> {
    const { rowCount } = await this.db.query(PURGE_ENDED, [endedBefore, limit]);
    return rowCount ?? 0;
  }
}

const granted = (outcome: 'rotated' | 'repeated', row: RowWithRoles): RotationOutcome => ({
  outcome,
  session: toSessionState(row),
  roles: row.roles,
});
