/** Rows at a time. A thousand are about a megabyte, of which the index makes short work. */
const MOST = 2_000;
const FEWEST = 25;
/** Milliseconds. */
const FIRST_BACKOFF = 1_000;
const MAX_BACKOFF = 30_000;
const RECOVERY = 1.1;

/**
 * How much to ask of an index at a time, and how long to leave it alone. Quick to give way and slow to come back:
 * who is told to slow down halves, and adds a tenth with each success.
 */
export class ShippingPace {
  #limit = MOST;
  #failures = 0;

  /** `random` is from 0 to 1. */
  constructor(private readonly random: () => number) {}

  get limit(): number {
    return Math.floor(this.#limit);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#limit = Math.min(MOST, this.#limit * RECOVERY);
  }

  /** Returns the milliseconds to wait: at least what was asked for, and never the same for two who failed together. */
  failed({ overloaded, retryAfter }: { overloaded: boolean; retryAfter: number | null }): number {
    if (overloaded) this.#limit = Math.max(FEWEST, this.#limit / 2);
    const backoff = Math.min(MAX_BACKOFF, FIRST_BACKOFF * 2 ** this.#failures++);
    return (retryAfter ?? 0) + backoff * (0.5 + this.random() / 2);
  }
}
