import type { RedisCircuit } from './redis-circuit.js';
import type { RedisClient } from './redis-connection.js';

/**
 * Pub/sub on one channel. This instance's own listeners are told at once, with or without Redis, and again
 * when the message comes round; to drop a cache entry twice is harmless. In Cluster plain PUBLISH reaches
 * every node, which is what a message for every instance wants; a sharded channel would tie all of them to
 * one node for nothing.
 */
export class RedisBroadcast<Message> {
  readonly #listeners: ((message: Message) => void)[] = [];

  /**
   * `subscriber` is a connection of its own, since one that subscribes can do nothing else. `parse` answers null for
   * what this version does not understand: another version may share the channel during a rollout.
   */
  constructor(
    private readonly redis: RedisClient,
    subscriber: RedisClient,
    private readonly circuit: RedisCircuit,
    private readonly channel: string,
    parse: (json: unknown) => Message | null,
  ) {
    const subscribe = (): void => void subscriber.subscribe(channel).catch(() => undefined);
    subscriber.on('ready', subscribe);
    subscriber.on('message', (from: string, text: string) => {
      if (from !== channel) return;
      const message = parse(fromJson(text));
      if (message !== null) this.#tell(message);
    });
    if (subscriber.status === 'ready') subscribe();
  }

  publish(message: Message): void {
    this.#tell(message);
    const text = JSON.stringify(message);
    this.circuit.execute(() => this.redis.publish(this.channel, text)).catch(() => undefined);
  }

  subscribe(listener: (message: Message) => void): void {
    this.#listeners.push(listener);
  }

  #tell(message: Message): void {
    for (const listener of this.#listeners) {
      try {
        listener(message);
      } catch {
        // A listener that fails keeps its own bound on staleness, and no other one from being told.
      }
    }
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
