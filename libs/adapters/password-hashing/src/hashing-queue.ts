import { DomainError } from '#domain/kernel';

export interface HashingQueueOptions {
  /** Hashes computed at once. */
  readonly concurrency: number;
  /** How many more may wait for their turn. */
  readonly maxWaiting: number;
}

/** Seconds. */
const RETRY_AFTER = 2;

/**
 * A hash occupies a core and 19 MiB for as long as it takes. In a storm of sign-ins, those that would wait too long
 * are refused at once, so that the rest of the service keeps its cores and its memory.
 */
export class HashingQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly options: HashingQueueOptions) {}

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Throws `hashing-busy` when too many wait already. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running < this.options.concurrency) this.#running++;
    else await this.#turn();
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  /** Whoever is done hands their place over. */
  #turn(): Promise<void> {
    if (this.#waiting.length >= this.options.maxWaiting) {
      throw DomainError.unavailable('hashing-busy', 'Too many sign-ins at once', RETRY_AFTER);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
