import { seconds } from '#domain/kernel';

/** So many a second, counted anew with each. */
export class Allowance {
  #second = -Infinity;
  #taken = 0;

  constructor(
    private readonly perSecond: number,
    private readonly now = () => performance.now(),
  ) {}

  take(): boolean {
    const now = this.now();
    if (now - this.#second >= seconds(1)) {
      this.#second = now;
      this.#taken = 0;
    }
    return this.#taken++ < this.perSecond;
  }
}
