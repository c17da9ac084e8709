import { token } from '#domain/kernel';
import type { SealedBatch } from '../model/seal.js';
import type { TrailRow } from '../model/trail-row.js';

/** The stored trail and its seals. Nothing here changes or removes a row, except whole months by retention. */
export interface AuditChain {
  /** The newest batch. */
  head(): Promise<SealedBatch | null>;
  find(number: number): Promise<SealedBatch | null>;
  /** All batches in order, a few at a time. */
  batches(): AsyncIterable<SealedBatch>;
  /** Stores the batch unless there is one of its number, and says whether it did: of several, one wins. */
  append(batch: SealedBatch): Promise<boolean>;

  /**
   * A position above `after` up to which no row can appear any more; null when there is none yet. Positions are
   * given before the commit, so this lags behind the newest row until every older transaction has ended.
   */
  settledPosition(after: number): Promise<number | null>;
  /** The rows in (after, upTo], by position. */
  rows(after: number, upTo: number): Promise<readonly TrailRow[]>;
  /** How many rows there are in (after, upTo]; null for no bound. */
  count(after: number | null, upTo: number | null): Promise<number>;

  /** Parts of the store, by name, of which every row is older than this. */
  partsBefore(instant: Date): Promise<readonly string[]>;
  /** Drops one of them; nothing happens when it is gone already. */
  drop(part: string): Promise<void>;
}

export const AUDIT_CHAIN = token<AuditChain>('AuditChain');
