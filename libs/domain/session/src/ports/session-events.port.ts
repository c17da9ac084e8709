import { token } from '#domain/kernel';

export interface SessionChange {
  readonly userId: string;
  readonly sessionIds: readonly string[] | 'all';
}

/**
 * Tells every instance that sessions ended, so that near caches drop them before their second is over.
 * Best effort: correctness rests on the cache's own bound, never on delivery.
 */
export interface SessionEvents {
  /** Never throws and never blocks. */
  publish(change: SessionChange): void;
  subscribe(listener: (change: SessionChange) => void): void;
}

export const SESSION_EVENTS = token<SessionEvents>('SessionEvents');
