import type { BucketDecision, BucketLimit, RateLimiter, SharedRateLimiter } from '#domain/throttling';
import type { InProcessRateLimiter } from './in-process-rate-limiter.js';

interface Spending {
  readonly limit: BucketLimit;
  tokens: number;
}

/** Long enough to make one message of a busy client's requests, short against any limit's window. */
const REPORT_AFTER_MS = 25;
const afterAMoment = (report: () => void): void => void setTimeout(report, REPORT_AFTER_MS).unref();

/**
 * This process's own count in front of the shared one. Whatever the shared store says can only make the
 * local bucket emptier: its refusals and other instances' spending are remembered here, and a store that is
 * gone or comes back empty gives nothing back.
 */
export class TieredRateLimiter implements RateLimiter {
  #unreported = new Map<string, Spending>();

  constructor(
    private readonly local: InProcessRateLimiter,
    private readonly shared: SharedRateLimiter | null,
    private readonly schedule: (report: () => void) => void = afterAMoment,
  ) {}

  takeHere(key: string, limit: BucketLimit): BucketDecision {
    const decision = this.local.take(key, limit);
    if (decision.allowed && this.shared) this.#note(key, limit, this.shared);
    return decision;
  }

  async takeEverywhere(key: string, limit: BucketLimit): Promise<BucketDecision> {
    const here = this.local.take(key, limit);
    if (!here.allowed || !this.shared) return here;
    const there = await this.#takeShared(key, { limit, tokens: 1 }, this.shared);
    return there && (!there.allowed || there.debt > here.debt) ? there : here;
  }

  #note(key: string, limit: BucketLimit, shared: SharedRateLimiter): void {
    const spending = this.#unreported.get(key);
    if (spending) {
      spending.tokens++;
      return;
    }
    if (this.#unreported.size === 0) this.schedule(() => this.#report(shared));
    this.#unreported.set(key, { limit, tokens: 1 });
  }

  #report(shared: SharedRateLimiter): void {
    const unreported = this.#unreported;
    this.#unreported = new Map();
    for (const [key, spending] of unreported) void this.#takeShared(key, spending, shared);
  }

  async #takeShared(
    key: string,
    { limit, tokens }: Spending,
    shared: SharedRateLimiter,
  ): Promise<BucketDecision | null> {
    try {
      const decision = await shared.take(key, limit, tokens);
      this.local.raiseDebt(key, limit, decision.debt);
      return decision;
    } catch {
      return null; // Counted here only; whoever owns the shared store reports that it is gone.
    }
  }
}
