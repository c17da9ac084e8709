import { Socket } from 'node:net';

/**
 * Drops the connection on an answer that is not the protocol. The parser of node-postgres throws at one inside the
 * socket's event, where nobody could catch it and the process ends. Under TLS the bytes are vouched for.
 */
export class GuardedSocket extends Socket {
  override emit(event: string, ...args: unknown[]): boolean {
    if (event !== 'data') return super.emit(event as 'error', ...(args as [Error]));
    try {
      return super.emit('data', args[0] as Buffer);
    } catch (cause) {
      this.destroy(new Error('Connection terminated for an answer that is not the protocol', { cause }));
      return true;
    }
  }
}
