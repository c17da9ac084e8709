import type { Registry } from 'prom-client';
import type { Channel, DeliveryReport, Message, TemplateName } from '#domain/notification';
import { ClosedCounter, every } from './closed-counter.js';

/** What became of each message, and how often one was left to be tried again. */
export class MessageMetrics {
  readonly #messages;

  constructor(registry: Registry) {
    this.#messages = new ClosedCounter(
      registry,
      'gatehouse_messages_total',
      'Messages handed to a transport, by how it went; `retry` is one that the queue will bring back.',
      {
        channel: every<Channel>({ sms: true, email: true }),
        template: every<TemplateName>({
          'otp-code': true,
          welcome: true,
          'verify-email': true,
          'already-registered': true,
          'reset-password': true,
          'new-sign-in': true,
          'account-notice': true,
          'operator-alert': true,
        }),
        result: every<DeliveryReport['outcome'] | 'retry'>({
          sent: true,
          expired: true,
          rejected: true,
          uncertain: true,
          duplicate: true,
          retry: true,
        }),
      },
    );
  }

  succeeded({ channel, template }: Message, { outcome }: DeliveryReport): void {
    this.#messages.inc({ channel, template, result: outcome });
  }

  failed({ channel, template }: Message): void {
    this.#messages.inc({ channel, template, result: 'retry' });
  }
}
