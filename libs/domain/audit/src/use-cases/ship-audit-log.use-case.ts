import { addMilliseconds, days, seconds, type Clock, type UnitOfWork } from '#domain/kernel';
import type { TrailRow } from '../model/trail-row.js';
import type { AuditCursors, CursorMoves } from '../ports/audit-cursors.port.js';
import type { AuditFeed } from '../ports/audit-feed.port.js';
import type { AuthLogIndex, Setback, WriteOutcome } from '../ports/auth-log-index.port.js';
import type { DeadLetterIntake } from '../ports/dead-letters.port.js';
import { deadLettersOf } from '../services/dead-letters-of.js';

export const AUTH_LOG_CURSOR = 'elasticsearch';

export interface AuthLogPolicy {
  /** Milliseconds; null keeps them for ever. */
  readonly keepFor: number | null;
}

export interface ShippingReport {
  /** Rows that are in the index and were passed over by this call, and no other. */
  readonly shipped: number;
  readonly rejected: number;
  readonly setback: Setback | null;
  /** Whether there may be more to ship now. */
  readonly more: boolean;
}

interface ShippingTx {
  readonly auditCursors: CursorMoves;
  readonly deadLetters: DeadLetterIntake;
}

/** Longer than a write takes, so that a lease outlives what is done under it. */
const LEASE = seconds(60);

/**
 * Copies settled rows of the trail to an index, in order: written first, passed over afterwards, so that a worker
 * that dies in between has its successor write them again, which the index recognises. Under a lease, because two
 * workers that write the same rows do no harm but no good either.
 */
export class ShipAuditLog {
  #leasedUntil = new Date(0);

  constructor(
    private readonly feed: AuditFeed,
    private readonly cursors: AuditCursors,
    private readonly unitOfWork: UnitOfWork<ShippingTx>,
    private readonly index: AuthLogIndex,
    private readonly clock: Clock,
    private readonly policy: AuthLogPolicy,
    private readonly holder: string,
  ) {}

  /** Null when nothing is to be shipped, or another worker is at it. */
  async execute(limit: number, signal: AbortSignal): Promise<ShippingReport | null> {
    const from = await this.cursors.position(AUTH_LOG_CURSOR);
    const next = await this.feed.next(from, limit);
    if (!next || !(await this.#lead())) return null;
    const rows = next.rows.filter((row) => this.#isKept(row));
    const { settled, rejections, setback } = await this.#write(rows, signal);
    const rest = rows[settled];
    const to = rest ? rest.position - 1 : next.upTo;
    const letters = deadLettersOf(rejections, this.clock.now());
    const moved =
      to > from &&
      (await this.unitOfWork.run(async ({ auditCursors, deadLetters }) => {
        const won = await auditCursors.advance(AUTH_LOG_CURSOR, from, to);
        if (won) deadLetters.add(letters);
        return won;
      }));
    return {
      shipped: moved ? settled - letters.length : 0,
      rejected: moved ? letters.length : 0,
      setback,
      more: rest !== undefined || next.rows.length === limit,
    };
  }

  /** So that another worker need not wait for the lease to end. */
  async release(): Promise<void> {
    const now = this.clock.now();
    if (this.#leasedUntil <= now) return;
    this.#leasedUntil = now;
    await this.cursors.lease(AUTH_LOG_CURSOR, this.holder, now, now);
  }

  #write(rows: readonly TrailRow[], signal: AbortSignal): Promise<WriteOutcome> {
    if (rows.length > 0) return this.index.write(rows, signal);
    return Promise.resolve({ settled: 0, rejections: [], setback: null });
  }

  async #lead(): Promise<boolean> {
    const now = this.clock.now();
    if (this.#leasedUntil > addMilliseconds(now, LEASE / 2)) return true;
    const until = addMilliseconds(now, LEASE);
    const leads = await this.cursors.lease(AUTH_LOG_CURSOR, this.holder, now, until);
    this.#leasedUntil = leads ? until : now;
    return leads;
  }

  /** Of years of backlog, each day would become an index that is deleted at once. */
  #isKept({ occurredAt }: TrailRow): boolean {
    if (this.policy.keepFor === null) return true;
    const limit = addMilliseconds(this.clock.now(), -this.policy.keepFor - days(1));
    return !(Date.parse(`${occurredAt}Z`) < limit.getTime());
  }
}
