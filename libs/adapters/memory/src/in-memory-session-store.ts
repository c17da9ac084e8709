import { effectiveStatus } from '#domain/identity';
import type {
  RefreshReference,
  Rotation,
  RotationOutcome,
  Session,
  SessionStore,
  SessionWithRoles,
} from '#domain/session';
import type { InMemoryDatabase } from './in-memory-database.js';
import { isLive, toSession } from './in-memory-sessions.js';

export class InMemorySessionStore implements SessionStore {
  constructor(private readonly database: InMemoryDatabase) {}

  async rotate(
    { userId, sessionId, generation }: RefreshReference,
    { now, expiresAt, graceStart, address, userAgent }: Rotation,
  ): Promise<RotationOutcome> {
    return this.database.transaction(async ({ sessions, users }) => {
      const row = sessions.find((each) => each.userId === userId && each.id === sessionId);
      const user = users.find(({ id }) => id === userId);
      if (
        !user ||
        effectiveStatus(user, now) !== 'active' ||
        !row ||
        !isLive(row, now) ||
        row.generation < generation
      )
        return { outcome: 'ended' };

      const newest = row.generation === generation;
      if (newest) {
        Object.assign(row, {
          generation: generation + 1,
          rotatedAt: new Date(now),
          lastActiveAt: new Date(now),
          expiresAt: new Date(Math.min(expiresAt.getTime(), row.absoluteExpiresAt.getTime())),
          address,
          userAgent,
        });
      } else if (row.generation !== generation + 1 || !row.rotatedAt || row.rotatedAt < graceStart) {
        return { outcome: 'reused' };
      }
      const { state } = toSession(row);
      return { outcome: newest ? 'rotated' : 'repeated', session: state, roles: [...user.roles] };
    });
  }

  async findWithRoles(userId: string, sessionId: string): Promise<SessionWithRoles | null> {
    const { sessions, users, devices } = this.database.tables;
    const row = sessions.find((each) => each.userId === userId && each.id === sessionId);
    const user = users.find(({ id }) => id === userId);
    return row && user ? { session: toSession(row, devices), roles: user.roles } : null;
  }

  async listLive(userId: string, now: Date): Promise<readonly Session[]> {
    const { sessions, devices } = this.database.tables;
    return sessions
      .filter((row) => row.userId === userId && isLive(row, now))
      .sort((a, b) => Number(b.createdAt) - Number(a.createdAt) || (a.id < b.id ? 1 : -1))
      .map((row) => toSession(row, devices));
  }

  async touch(userId: string, sessionId: string, now: Date): Promise<void> {
    await this.database.transaction(async ({ sessions }) => {
      const row = sessions.find((each) => each.userId === userId && each.id === sessionId);
      if (row && row.lastActiveAt < now) Object.assign(row, { lastActiveAt: new Date(now) });
    });
  }

  async purgeEnded(endedBefore: Date, limit: number): Promise<number> {
    return this.database.transaction(async (tables) => {
      const ended = tables.sessions
        .filter(({ absoluteExpiresAt }) => absoluteExpiresAt < endedBefore)
        .sort((a, b) => Number(a.absoluteExpiresAt) - Number(b.absoluteExpiresAt))
        .slice(0, limit);
      tables.sessions = tables.sessions.filter((row) => !ended.includes(row));
      return ended.length;
    });
  }
}
