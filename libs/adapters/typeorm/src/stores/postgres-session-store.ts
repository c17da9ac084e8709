import {
  Session,
  type RefreshReference,
  type Rotation,
  type RotationOutcome,
  type SessionStore,
  type SessionWithRoles,
} from '#domain/session';
import { isInDoubt } from '../database-errors.js';
import { GroupCommit } from '../group-commit.js';
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
const FIND_LIVE = statement(
  'session_find_live',
  `SELECT ${SESSION_COLUMNS}, u.roles FROM gatehouse.sessions s JOIN gatehouse.users u ON u.id = s.user_id
   WHERE s.user_id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND ${USABLE('$3')}`,
);
const FIND = statement(
  'session_find',
  `SELECT ${SESSION_COLUMNS} FROM gatehouse.sessions s WHERE user_id = $1 AND id = $2`,
);
/**
 * As `ROTATE`, for several at once. A row that somebody else has locked is passed over: no group waits for, or
 * deadlocks with, what is none of its business.
 */
const ROTATE_FREE = statement(
  'session_rotate_free',
  `WITH presented AS (
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::inet[], $7::text[])
       WITH ORDINALITY AS p (user_id, id, generation, now, expires_at, address, user_agent, number)
   ), free AS (
     SELECT p.*, u.roles FROM presented p
       JOIN gatehouse.sessions s ON s.user_id = p.user_id AND s.id = p.id
       JOIN gatehouse.users u ON u.id = p.user_id
     WHERE s.generation = p.generation AND s.revoked_at IS NULL AND s.expires_at > p.now AND ${USABLE('p.now')}
     FOR NO KEY UPDATE OF s SKIP LOCKED
   )
   UPDATE gatehouse.sessions s SET
     generation = s.generation + 1, rotated_at = f.now, last_active_at = f.now,
     expires_at = LEAST(f.expires_at, s.absolute_expires_at), address = f.address, user_agent = f.user_agent
   FROM free f WHERE s.user_id = f.user_id AND s.id = f.id
   RETURNING f.number, ${SESSION_COLUMNS}, f.roles`,
);
const FIND_WITH_ROLES = statement(
  'session_find_with_roles',
  `SELECT ${SESSION_COLUMNS}, u.roles FROM gatehouse.sessions s JOIN gatehouse.users u ON u.id = s.user_id
   WHERE s.user_id = $1 AND s.id = $2`,
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

interface RotationCall {
  readonly presented: RefreshReference;
  readonly rotation: Rotation;
}

type RowWithRoles = SessionRow & { readonly roles: string[] };

export class PostgresSessionStore implements SessionStore {
  readonly #rotations = new GroupCommit((calls: readonly RotationCall[]) => this.#rotateFree(calls));

  constructor(private readonly db: Queryable) {}

  async rotate(presented: RefreshReference, rotation: Rotation): Promise<RotationOutcome> {
    const rotated = await this.#rotations.join({ presented, rotation }).catch((error: unknown) => {
      if (isInDoubt(error)) throw error;
      return null;
    });
    return rotated ? granted('rotated', rotated) : this.#rotateAlone(presented, rotation);
  }

  /** Rotates those that nothing stands in the way of; the others are left to `#rotateAlone`, which finds out why. */
  async #rotateFree(calls: readonly RotationCall[]): Promise<readonly (RowWithRoles | null)[]> {
    const { rows } = await this.db.query<RowWithRoles & { readonly number: string }>(ROTATE_FREE, [
      calls.map(({ presented }) => presented.userId),
      calls.map(({ presented }) => presented.sessionId),
      calls.map(({ presented }) => presented.generation),
      calls.map(({ rotation }) => rotation.now),
      calls.map(({ rotation }) => rotation.expiresAt),
      calls.map(({ rotation }) => rotation.address),
      calls.map(({ rotation }) => rotation.userAgent),
    ]);
    const rotated: (RowWithRoles | null)[] = calls.map(() => null);
    for (const row of rows) rotated[Number(row.number) - 1] = row;
    return rotated;
  }

  async #rotateAlone(presented: RefreshReference, rotation: Rotation): Promise<RotationOutcome> {
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

    const { rows } = await this.db.query<RowWithRoles>(FIND_LIVE, [userId, sessionId, now]);
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

  async findWithRoles(userId: string, sessionId: string): Promise<SessionWithRoles | null> {
    const { rows } = await this.db.query<RowWithRoles>(FIND_WITH_ROLES, [userId, sessionId]);
    return rows[0] ? { session: Session.restore(toSessionState(rows[0])), roles: rows[0].roles } : null;
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
