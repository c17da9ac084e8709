import type { Clock } from '#domain/kernel';
import type { Session } from '../model/session.entity.js';
import type { SessionStore } from '../ports/sessions.port.js';

export class ListSessions {
  constructor(
    private readonly store: SessionStore,
    private readonly clock: Clock,
  ) {}

  /** The live sessions, newest first. */
  execute(userId: string): Promise<readonly Session[]> {
    return this.store.listLive(userId, this.clock.now());
  }
}
