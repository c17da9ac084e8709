import { token } from './token.js';

/** The only source of time: expiry, windows and grace periods never read the wall clock themselves. */
export interface Clock {
  now(): Date;
}

export const CLOCK = token<Clock>('Clock');
