/**
 * What a query found, asked for at most once in `interval` milliseconds and only while somebody wants to know. A
 * reader is never made to wait: it gets the latest finding and starts the next one, so a database that hangs does not
 * take the scrape with it that would have told so. It starts once the reader is done, who would otherwise find this
 * question among the callers that wait for the database. After a failure there is no finding.
 */
export class Sampled<T> {
  #latest: T | undefined;
  #askedAt = -Infinity;
  #asking = false;

  constructor(
    private readonly interval: number,
    private readonly ask: () => Promise<T>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get latest(): T | undefined {
    if (!this.#asking && this.now() - this.#askedAt >= this.interval) {
      this.#asking = true;
      this.#askedAt = this.now();
      setImmediate(() => void this.#refresh());
    }
    return this.#latest;
  }

  async #refresh(): Promise<void> {
    try {
      this.#latest = await this.ask();
    } catch {
      this.#latest = undefined;
    } finally {
      this.#asking = false;
    }
  }
}
