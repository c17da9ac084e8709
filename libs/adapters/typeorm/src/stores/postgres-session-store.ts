import type {
  RefreshReference,
  Rotation,
  RotationOutcome,
  Session,
  SessionStore,
  SessionWithRoles,
} from '#domain/session';
import { isInDoubt } from '../database-errors.js';
import { GroupCommit } from '../group-commit.js';
import type { Queryable } from '../postgres-database.js';
import { statement, type Statement } from '../statement-batch.js';
import {
  SESSION_COLUMNS,
  STANDING_COLUMNS,
  STANDING_JOIN,
  toSessionState,
  toSessionWithStanding,
  type SessionRow,
  type StandingRow,
} from './session-row.js';

/** Whether the account may use its sessions: what `User.statusAt` decides, in SQL. */
const USABLE = (now: string): string =>
  `u.status = 'active' AND (u.locked_until IS NULL OR u.locked_until <= ${now})`;

const FIND_LIVE = statement(
  'session_find_live',
  `SELECT ${SESSION_COLUMNS}, u.roles FROM gatehouse.sessions s JOIN gatehouse.users u ON u.id = s.user_id
   WHERE s.user_id = $1 AND s.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND ${USABLE('$3')}`,
);
/**
 * Spends each presented token that is the newest of a live session. The condition is asked of the row under its
 * lock, so of parallel calls one finds it true.
 */
const rotation = (name: string, locked: '' | 'SKIP LOCKED') =>
  statement(
    name,
    `WITH presented AS (
       SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::inet[], $7::text[])
         WITH ORDINALITY AS p (user_id, id, generation, now, expires_at, address, user_agent, number)
     ), newest AS (
       SELECT p.*, u.roles FROM presented p
         JOIN gatehouse.sessions s ON s.user_id = p.user_id AND s.id = p.id
         JOIN gatehouse.users u ON u.id = p.user_id
       WHERE s.generation = p.generation AND s.revoked_at IS NULL AND s.expires_at > p.now AND ${USABLE('p.now')}
       FOR NO KEY UPDATE OF s ${locked}
     )
     UPDATE gatehouse.sessions s SET
       generation = s.generation + 1, rotated_at = n.now, last_active_at = n.now,
       expires_at = LEAST(n.expires_at, s.absolute_expires_at), address = n.address, user_agent = n.user_agent
     FROM newest n WHERE s.user_id = n.user_id AND s.id = n.id
     RETURNING n.number, ${SESSION_COLUMNS}, n.roles`,
  );
const ROTATE = rotation('session_rotate', '');
/** Passes over a locked row: no group waits for, or deadlocks with, what is none of its business. */
const ROTATE_FREE = rotation('session_rotate_free', 'SKIP LOCKED');
const FIND_WITH_ROLES = statement(
  'session_find_with_roles',
  `SELECT ${SESSION_COLUMNS}, u.roles, ${STANDING_COLUMNS}
   FROM gatehouse.sessions s JOIN gatehouse.users u ON u.id = s.user_id ${STANDING_JOIN}
   WHERE s.user_id = $1 AND s.id = $2`,
);
const LIST_LIVE = statement(
  'session_list_live',
  `SELECT ${SESSION_COLUMNS}, ${STANDING_COLUMNS} FROM gatehouse.sessions s ${STANDING_JOIN}
   WHERE s.user_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2
   ORDER BY s.created_at DESC, s.id DESC`,
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
  readonly #rotations: GroupCommit<RotationCall, RowWithRoles | null>;

  constructor(private readonly db: Queryable) {
    this.#rotations = new GroupCommit((calls) => this.#rotate(ROTATE_FREE, calls), db.tracing);
  }

  async rotate(presented: RefreshReference, rotation: Rotation): Promise<RotationOutcome> {
    const call = { presented, rotation };
    const rotated = await this.#rotations.join(call).catch((error: unknown) => {
      // Perhaps done: to ask again would make the client wait a second time for the same silence.
      if (isInDoubt(error)) throw error;
      return null;
    });
    return rotated ? granted('rotated', rotated) : this.#rotateAlone(call);
  }

  /** In the order of the calls; null for those that were not rotated. */
  async #rotate(how: Statement, calls: readonly RotationCall[]): Promise<readonly (RowWithRoles | null)[]> {
    const { rows } = await this.db.query<RowWithRoles & { readonly number: string }>(how, [
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

  /** Waits for whoever holds the row, and finds out why a token that is not the newest is not. */
  async #rotateAlone(call: RotationCall): Promise<RotationOutcome> {
    const [rotated] = await this.#rotate(ROTATE, [call]);
    if (rotated) return granted('rotated', rotated);

    const { userId, sessionId, generation } = call.presented;
    const { now, graceStart } = call.rotation;
    const { rows } = await this.db.query<RowWithRoles>(FIND_LIVE, [userId, sessionId, now]);
    const current = rows[0];
    if (!current || current.generation <= generation) return { outcome: 'ended' };
    const repeated =
      current.generation === generation + 1 &&
      current.rotated_at !== null &&
      current.rotated_at >= graceStart;
    return repeated ? granted('repeated', current) : { outcome: 'reused' };
  }

  async findWithRoles(userId: string, sessionId: string): Promise<SessionWithRoles | null> {
    const { rows } = await this.db.query<RowWithRoles & StandingRow>(FIND_WITH_ROLES, [userId, sessionId]);
    return rows[0] ? { session: toSessionWithStanding(rows[0]), roles: rows[0].roles } : null;
  }

  async listLive(userId: string, now: Date): Promise<readonly Session[]> {
    const { rows } = await this.db.query<StandingRow>(LIST_LIVE, [userId, now]);
    return rows.map(toSessionWithStanding);
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
