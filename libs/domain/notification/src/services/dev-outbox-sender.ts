import type { Message } from '../model/message.js';
import type { DevOutbox } from '../ports/dev-outbox.port.js';
import type { MessageSender } from '../ports/message-sender.port.js';

/** Delivers any channel's messages into the dev outbox. */
export class DevOutboxSender implements MessageSender {
  readonly name = 'dev-outbox';
  readonly idempotent = true;

  constructor(private readonly outbox: DevOutbox) {}

  async send({ id, channel, to, template, content, createdAt }: Message): Promise<void> {
    await this.outbox.keep({ id, channel, to: to.expose(), template, ...content.expose(), createdAt });
  }
}
