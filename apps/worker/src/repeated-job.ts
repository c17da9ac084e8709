/** A job that is done every so often, never twice at a time, until it is stopped. */
export class RepeatedJob {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  get isStopped(): boolean {
    return this.#timer === null;
  }

  /** Milliseconds between two beginnings; one that takes longer is let finish. */
  start(interval: number): void {
    this.#timer = setInterval(() => this.now(), interval);
  }

  now(): void {
    this.#running ??= this.work()
      .catch(this.onFailure)
      .finally(() => {
        this.#running = null;
      });
  }

  /** To be awaited when the module is destroyed: the pool is closed a phase later. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.#running;
  }
}
