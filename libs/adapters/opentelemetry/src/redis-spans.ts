import { tracingChannel } from 'node:diagnostics_channel';
import type { Span, Tracing } from '#domain/kernel';

/** As ioredis publishes it; its arguments hold keys, which are addresses of people, and stay where they are. */
interface RedisCommand {
  readonly command: string;
  readonly error?: unknown;
}

/**
 * A client span for each command, heard of through the channel that ioredis publishes them on: it makes nothing for
 * them while nobody listens. Returns how to stop.
 */
export function spansForRedis(tracing: Tracing): () => void {
  const spans = new WeakMap<object, Span>();
  const end = (command: RedisCommand): void => spans.get(command)?.end(command.error);
  const subscriber = {
    start(command: RedisCommand): void {
      const name = command.command.toUpperCase();
      const attributes = { 'db.system.name': 'redis', 'db.operation.name': name };
      const span = tracing.start(name, { kind: 'client', attributes });
      if (span) spans.set(command, span);
    },
    asyncEnd: end,
    end: () => undefined,
    asyncStart: () => undefined,
    error: () => undefined,
  };
  const channel = tracingChannel<object, RedisCommand>('ioredis:command');
  channel.subscribe(subscriber);
  return () => void channel.unsubscribe(subscriber);
}
