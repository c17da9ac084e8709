import { token } from '#domain/kernel';
import type { Identifier } from '#domain/identity';
import type { LiveSession, RevocationReason, Session, SessionState } from '../model/session.entity.js';

/** Sessions inside a unit of work. Writes are write-behind: they are stored with the commit. */
export interface Sessions {
  /**
   * The live sessions of the account that holds the identifier. Asked for after the account's row is
   * locked, it sees every session that an earlier sign-in opened.
   */
  liveByIdentifier(identifier: Identifier, now: Date): Promise<readonly LiveSession[]>;
  insert(session: Session): void;
  /**
   * Whether it is live in the record. Asked for after the account's row is locked, it knows of every change of
   * password that ended it, where the guard of the route went by a copy.
   */
  isLive(userId: string, sessionId: string, now: Date): Promise<boolean>;
  /** Ends sessions that gave way to a newer one, with the commit. */
  supersede(userId: string, sessionIds: readonly string[], now: Date): void;
  /** Ends those that are still live, and answers which they were; one revocation of each wins. */
  revoke(
    userId: string,
    sessionIds: readonly string[],
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]>;
  /** As `revoke`, for every live session of the user but `exceptId`; null spares none. */
  revokeOthers(
    userId: string,
    exceptId: string | null,
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]>;
  /** As `revoke`, for every live session that was opened on the device. */
  revokeOnDevice(
    userId: string,
    deviceId: string,
    reason: RevocationReason,
    now: Date,
  ): Promise<readonly string[]>;
  revokeAll(userId: string, reason: RevocationReason, now: Date): void;
}

/** The refresh token that a client presents, read from the token itself. */
export interface RefreshReference {
  readonly userId: string;
  readonly sessionId: string;
  readonly generation: number;
}

export interface Rotation {
  readonly now: Date;
  /** New sliding end, before it is cut to the session's absolute one. */
  readonly expiresAt: Date;
  /** A repeat of a token spent at or after this instant is a retry, not a theft. */
  readonly graceStart: Date;
  readonly address: string;
  readonly userAgent: string;
}

/**
 * - `rotated`: the presented token was the newest; it is spent and `session.generation` names its successor.
 * - `repeated`: it was spent a moment ago; the same successor again.
 * - `reused`: it was spent long ago, or its successor was spent too: somebody else holds a copy.
 * - `ended`: no such live session, or its account may not be used.
 */
export type RotationOutcome =
  | {
      readonly outcome: 'rotated' | 'repeated';
      readonly session: SessionState;
      readonly roles: readonly string[];
    }
  | { readonly outcome: 'reused' | 'ended' };

/** What a request is judged by. The roles in its token may be as old as the token. */
export interface SessionWithRoles {
  readonly session: Session;
  readonly roles: readonly string[];
}

/** Sessions outside a unit of work; each method is one atomic operation of its own. */
export interface SessionStore {
  /**
   * Spends a refresh token by one conditional write: of any number of parallel calls with the same token
   * exactly one is `rotated`, the others are `repeated`. Changes nothing in the other outcomes.
   */
  rotate(presented: RefreshReference, rotation: Rotation): Promise<RotationOutcome>;
  /**
   * With the roles that the account has now, and how its device stands. Ended sessions, too; null when there is no
   * such session, or its account is gone.
   */
  findWithRoles(userId: string, sessionId: string): Promise<SessionWithRoles | null>;
  /** With how their devices stand. */
  listLive(userId: string, now: Date): Promise<readonly Session[]>;
  /** Notes activity; lossy by intent, so a failure is nobody's concern. */
  touch(userId: string, sessionId: string, now: Date): Promise<void>;
  /** Deletes sessions whose absolute end came before `endedBefore`, at most `limit`; returns how many. */
  purgeEnded(endedBefore: Date, limit: number): Promise<number>;
}

export const SESSION_STORE = token<SessionStore>('SessionStore');

/**
 * One session by its ids, and the roles of its account, from a near cache at most one second old; see the caching
 * adapter. Answers without a promise when it is in memory, which on the hot path it is. Null for an unknown session.
 */
export interface SessionReader {
  find(userId: string, sessionId: string): SessionWithRoles | null | Promise<SessionWithRoles | null>;
}

export const SESSION_READER = token<SessionReader>('SessionReader');
