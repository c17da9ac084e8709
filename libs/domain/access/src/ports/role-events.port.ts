import { token } from '#domain/kernel';

/**
 * Tells every instance that what a role grants has changed, so that near caches drop it before their second is
 * over. Best effort: correctness rests on the cache's own bound, never on delivery.
 */
export interface RoleEvents {
  /** Never throws and never blocks. */
  publish(role: string): void;
  subscribe(listener: (role: string) => void): void;
}

export const ROLE_EVENTS = token<RoleEvents>('RoleEvents');
