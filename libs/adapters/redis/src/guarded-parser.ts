import type { Redis } from 'ioredis';
import type { Socket } from 'node:net';

/**
 * Drops the connection on an answer that is not the protocol. The parser reports most of it, but throws at an
 * impossible length, and does so inside the socket's event, where nobody could catch it and the process ends.
 */
export function guardParser(client: Redis): void {
  // Asked for by ioredis' own handler before anybody hears of it; the first answer comes later.
  client.on('connect', () => {
    const { stream } = client as unknown as { readonly stream: Socket };
    const [parse] = stream.listeners('data') as ((data: Buffer) => void)[];
    if (!parse) return;
    stream.off('data', parse);
    stream.prependListener('data', (data: Buffer) => {
      try {
        parse(data);
      } catch (error) {
        stream.destroy(error as Error);
      }
    });
  });
}
