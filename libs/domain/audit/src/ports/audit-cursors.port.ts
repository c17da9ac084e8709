import { token } from '#domain/kernel';

/** Bound to a unit of work: how far a follower is moves together with what it made of the rows, or not at all. */
export interface CursorMoves {
  /** Of several callers with the same `from`, one wins; false for the others, and for a cursor that is elsewhere. */
  advance(name: string, from: number, to: number): Promise<boolean>;
}

/** How far each follower of the trail is. */
export interface AuditCursors extends CursorMoves {
  /** 0 for one that never moved. */
  position(name: string): Promise<number>;
  /**
   * Takes or prolongs the lease, unless another holder's has not ended yet. It saves work done twice, and is no
   * promise: whoever was slow may lose it without knowing, so only `advance` decides.
   */
  lease(name: string, holder: string, now: Date, until: Date): Promise<boolean>;
}

export const AUDIT_CURSORS = token<AuditCursors>('AuditCursors');
