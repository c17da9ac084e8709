import type { Clock } from '#domain/kernel';

/** A clock that stands still until a test moves it; tests never wait on the wall clock. */
export class FixedClock implements Clock {
  #now: number;

  constructor(start: Date | string = '2026-01-15T12:00:00.000Z') {
    this.#now = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
