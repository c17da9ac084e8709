import type { RedisClient } from './redis-connection.js';

/** Asks past the circuit breaker, so that readiness sees Redis as it is now; bounded like every command. */
export class RedisHealth {
  constructor(private readonly redis: RedisClient) {}

  async ping(): Promise<'up' | 'down'> {
    try {
      await this.redis.ping();
      return 'up';
    } catch {
      return 'down';
    }
  }
}
