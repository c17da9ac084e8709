import type { Clock } from '#domain/kernel';
import { DeliveryError } from '../model/delivery-error.js';
import type { Message } from '../model/message.js';
import type { DeliveryLog } from '../ports/delivery-log.port.js';
import type { MessageSender } from '../ports/message-sender.port.js';

/**
 * Makes a transport that cannot recognise a repeat safe to repeat. Belongs directly around the transport,
 * inside of whatever repeats: then a claim lasts for one attempt, and a process that dies while it waits for
 * the next one leaves the message to the queue.
 */
export class OnceOnlySender implements MessageSender {
  readonly name: string;
  readonly idempotent = true;

  constructor(
    private readonly transport: MessageSender,
    private readonly log: DeliveryLog,
    private readonly clock: Clock,
  ) {
    this.name = transport.name;
  }

  async send(message: Message): Promise<void> {
    const claim = await this.log.claim(message.id, this.clock.now());
    if (claim === 'already-claimed') throw new DeliveryError('duplicate', 'duplicate');
    try {
      await this.transport.send(message);
    } catch (error) {
      // An unforeseen error says nothing about the message, so its claim stays.
      if (error instanceof DeliveryError) await this.#conclude(message.id, error);
      throw error;
    }
    await this.log.settle(message.id, 'sent');
  }

  async #conclude(messageId: string, { outcome }: DeliveryError): Promise<void> {
    if (outcome === null) await this.log.release(messageId);
    else if (outcome !== 'duplicate') await this.log.settle(messageId, outcome);
  }
}
