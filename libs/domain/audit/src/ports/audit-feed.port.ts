import { token } from '#domain/kernel';
import type { TrailRow } from '../model/trail-row.js';

export interface SettledRows {
  /** By position. Empty when all positions up to `upTo` were given up. */
  readonly rows: readonly TrailRow[];
  /** No row can appear at or below this any more, and none between `after` and this is left out. */
  readonly upTo: number;
}

/** The trail in the order of its positions, for those who follow it with a cursor. */
export interface AuditFeed {
  /**
   * At most `limit` rows after a position, past which only settled rows are given: a position is given out before
   * the commit, so a newer row may well be there before an older one. Null while nothing new is settled.
   */
  next(after: number, limit: number): Promise<SettledRows | null>;
}

export const AUDIT_FEED = token<AuditFeed>('AuditFeed');
