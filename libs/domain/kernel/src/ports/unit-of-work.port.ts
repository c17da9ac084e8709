import { token } from './token.js';

/**
 * One database transaction around one decision. `Tx` is the set of stores already bound to it; a use case
 * asks for the narrow set that it needs.
 *
 * - The work's result is returned only after the commit succeeded; a throw rolls everything back.
 * - A failure that must persist (an attempt counted) is therefore returned as an outcome, and thrown after.
 * - A `run` inside a `run` is an error: it would hide which writes belong together.
 * - Nothing slow happens inside: no HTTP, no SMS, no Redis, no password hashing. A pooled connection and
 *   its row locks are held for the duration.
 *
 * Throws a `DomainError` of kind `unavailable` when the database cannot be reached.
 */
export interface UnitOfWork<Tx> {
  run<T>(work: (tx: Tx) => Promise<T>, options?: UnitOfWorkOptions): Promise<T>;
}

export interface UnitOfWorkOptions {
  /**
   * Names the one thing that the work decides about. Works about different things may then share a
   * transaction (group commit), which under load costs a fraction of one each. What one of them throws is
   * nothing to the others; but it may be run a second time, so it must change nothing outside `tx`.
   */
  readonly about?: string;
}

/** The token is untyped in `Tx` because each use case names its own; the adapter provides the union. */
export const UNIT_OF_WORK = token<UnitOfWork<never>>('UnitOfWork');
