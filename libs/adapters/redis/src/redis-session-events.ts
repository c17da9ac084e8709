import type { SessionChange, SessionEvents } from '#domain/session';
import type { RedisCircuit } from './redis-circuit.js';
import type { RedisClient } from './redis-connection.js';

type Listener = (change: SessionChange) => void;

/**
 * Pub/sub on one channel. This instance's own listeners are told at once, with or without Redis, and again
 * when the message comes round; to drop a cache entry twice is harmless. In Cluster plain PUBLISH reaches
 * every node, which is what a message for every instance wants; a sharded channel would tie all of them to
 * one node for nothing.
 */
export class RedisSessionEvents implements SessionEvents {
  readonly #listeners: Listener[] = [];

  /** `subscriber` is a connection of its own, since one that subscribes can do nothing else. */
  constructor(
    private readonly redis: RedisClient,
    subscriber: RedisClient,
    private readonly circuit: RedisCircuit,
    private readonly channel: string,
  ) {
    const subscribe = (): void => void subscriber.subscribe(channel).catch(() => undefined);
    subscriber.on('ready', subscribe);
    subscriber.on('message', (_channel: string, text: string) => {
      const change = parse(text);
      if (change) this.#tell(change);
    });
    if (subscriber.status === 'ready') subscribe();
  }

  publish(change: SessionChange): void {
    this.#tell(change);
    const text = JSON.stringify(change);
    this.circuit.execute(() => this.redis.publish(this.channel, text)).catch(() => undefined);
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
  }

  #tell(change: SessionChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch {
        // A listener that fails keeps its own bound on staleness, and no other one from being told.
      }
    }
  }
}

/** Null for what this version does not understand: another version may share the channel during a rollout. */
const parse = (text: string): SessionChange | null => {
  try {
    const { userId, sessionIds } = JSON.parse(text) as Record<string, unknown>;
    if (typeof userId !== 'string') return null;
    if (sessionIds === 'all') return { userId, sessionIds };
    if (!Array.isArray(sessionIds) || !sessionIds.every((id) => typeof id === 'string')) return null;
    return { userId, sessionIds };
  } catch {
    return null;
  }
};
