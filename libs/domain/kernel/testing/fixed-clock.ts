import type { Clock } from '#domain/kernel';
import { at } from './instants.js';

/** A clock that stands still until a test moves it; tests never wait on the wall clock. */
export class FixedClock implements Clock {
  #now: number;

  constructor(start: Date | string = at(0)) {
    this.#now = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
