import type { TrailRow } from '../model/trail-row.js';

/** A row that the index will never take as it is. */
export interface Rejection {
  readonly row: TrailRow;
  /** The index's own name for what is wrong. */
  readonly type: string;
  readonly reason: string;
}

/** Why the index did not take more, which may be different the next time. */
export interface Setback {
  /** `overloaded` asks for less at a time; `refused` is an answer that an operator has to do something about. */
  readonly kind: 'overloaded' | 'unreachable' | 'refused';
  readonly reason: string;
  /** Milliseconds that the index asked for. */
  readonly retryAfter: number | null;
}

export interface WriteOutcome {
  /** So many of the first rows are in the index, or rejected. Without a setback, the others were too much for one request. */
  readonly settled: number;
  /** Among those. */
  readonly rejections: readonly Rejection[];
  readonly setback: Setback | null;
}

/** A searchable copy of the trail. A row that is there already stays as it is, however often it is written. */
export interface AuthLogIndex {
  /** Answers within a time of its own, or soon after the signal; does not throw for what the index does or fails to do. */
  write(rows: readonly TrailRow[], signal: AbortSignal): Promise<WriteOutcome>;
}
