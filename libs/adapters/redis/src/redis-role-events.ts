import type { RoleEvents } from '#domain/access';
import { RedisBroadcast } from './redis-broadcast.js';
import type { RedisCircuit } from './redis-circuit.js';
import type { RedisClient } from './redis-connection.js';

export class RedisRoleEvents extends RedisBroadcast<string> implements RoleEvents {
  constructor(redis: RedisClient, subscriber: RedisClient, circuit: RedisCircuit, channel: string) {
    super(redis, subscriber, circuit, channel, (json) => (typeof json === 'string' ? json : null));
  }
}
