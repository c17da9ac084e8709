import { token } from '#domain/kernel';
import type { Channel, Message } from '../model/message.js';

/** One transport. */
export interface MessageSender {
  /** For logs and metrics, such as `twilio`. */
  readonly name: string;
  /**
   * Whether sending a message id again cannot give the recipient a second copy. Such a transport never
   * throws `uncertain`; any other one is used through a `OnceOnlySender`.
   */
  readonly idempotent: boolean;

  /**
   * Makes one attempt, bounded in time. Resolves when the provider has taken the message; throws a
   * `DeliveryError` when it has not, or when that cannot be known.
   */
  send(message: Message): Promise<void>;
}

/** The transport of each channel, as far as one is configured. */
export type MessageSenders = Readonly<Partial<Record<Channel, MessageSender>>>;

export const MESSAGE_SENDERS = token<MessageSenders>('MessageSenders');
