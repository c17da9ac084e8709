import type { SessionChange, SessionEvents } from '#domain/session';
import { RedisBroadcast } from './redis-broadcast.js';
import type { RedisCircuit } from './redis-circuit.js';
import type { RedisClient } from './redis-connection.js';

export class RedisSessionEvents extends RedisBroadcast<SessionChange> implements SessionEvents {
  constructor(redis: RedisClient, subscriber: RedisClient, circuit: RedisCircuit, channel: string) {
    super(redis, subscriber, circuit, channel, toSessionChange);
  }
}

function toSessionChange(json: unknown): SessionChange | null {
  const { userId, sessionIds } = (json ?? {}) as Record<string, unknown>;
  if (typeof userId !== 'string') return null;
  if (sessionIds === 'all') return { userId, sessionIds };
  if (!Array.isArray(sessionIds) || !sessionIds.every((id) => typeof id === 'string')) return null;
  return { userId, sessionIds };
}
