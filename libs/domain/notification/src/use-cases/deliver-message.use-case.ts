import type { Clock } from '#domain/kernel';
import { DeliveryError, refuseExpired } from '../model/delivery-error.js';
import type { DeliveryReport } from '../model/delivery-report.js';
import type { Message } from '../model/message.js';
import type { DeliveryLog } from '../ports/delivery-log.port.js';
import type { MessageSenders } from '../ports/message-sender.port.js';
import { OnceOnlySender } from '../services/once-only-sender.js';

/**
 * Sends a message at most once, however often and however parallel it is asked to. A message that may be
 * tried again is left to the queue by throwing; anything else ends it.
 */
export class DeliverMessage {
  constructor(
    private readonly senders: MessageSenders,
    private readonly log: DeliveryLog,
    private readonly clock: Clock,
  ) {}

  /** Throws the `DeliveryError` of an attempt that may be repeated. */
  async execute(message: Message): Promise<DeliveryReport> {
    const { id: messageId, channel, template } = message;
    try {
      await this.#send(message);
      return { messageId, channel, template, outcome: 'sent', reason: null };
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.outcome === null) throw error;
      return { messageId, channel, template, outcome: error.outcome, reason: error.reason };
    }
  }

  async #send(message: Message): Promise<void> {
    const sender = this.senders[message.channel];
    if (!sender) throw new DeliveryError('permanent', 'no-transport');
    refuseExpired(message, this.clock.now());
    const safe = sender.idempotent ? sender : new OnceOnlySender(sender, this.log, this.clock);
    await safe.send(message);
  }
}
