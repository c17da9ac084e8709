import { Secret, type DomainEvent } from '#domain/kernel';
import {
  asksWhetherKnown,
  notificationsFor,
  type AddressedNotification,
} from '../model/addressed-notification.js';
import type { DeliveryReport } from '../model/delivery-report.js';
import type { Message } from '../model/message.js';
import { isNotificationEvent, type NotificationEvent, type Recipient } from '../model/notification-event.js';
import { singleLine } from '../model/single-line.js';
import type { KnownIdentifiers } from '../ports/known-identifiers.port.js';
import type { TemplateRenderer } from '../ports/template-renderer.port.js';
import type { DeliverMessage } from './deliver-message.use-case.js';

/** `ignored`: nobody is told about such events. `withheld`: nobody is told about this one. */
export type NotifyResult = 'ignored' | 'withheld' | readonly DeliveryReport[];

/** Longest subject that mail programs show, with room for a name in it. */
const SUBJECT_MAX_LENGTH = 150;

/** Tells the people concerned about an event. Safe to repeat: an event's messages keep their ids. */
export class NotifyOnEvent {
  constructor(
    private readonly templates: TemplateRenderer,
    private readonly delivery: DeliverMessage,
    private readonly identifiers: KnownIdentifiers,
  ) {}

  /**
   * One recipient's failure does not keep the message from the others: it is thrown after all were tried,
   * and on the repeat those already served are left alone.
   */
  async execute(event: DomainEvent): Promise<NotifyResult> {
    if (!isNotificationEvent(event)) return 'ignored';
    const addressed = notificationsFor(event, await this.#isKnown(event));
    if (addressed.length === 0) return 'withheld';

    const messages = addressed.map((each, index) => this.#compose(event, each, index));
    const results = await Promise.allSettled(messages.map((message) => this.delivery.execute(message)));
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  async #isKnown(event: NotificationEvent): Promise<boolean> {
    if (!asksWhetherKnown(event)) return false;
    const { channel, to } = event.payload as Recipient;
    return this.identifiers.exists(channel === 'sms' ? 'phone' : 'email', to);
  }

  #compose(event: NotificationEvent, addressed: AddressedNotification, index: number): Message {
    const { channel, to, locale, notification, expiresAt } = addressed;
    const rendered = this.templates.render(notification, channel, locale);
    return {
      id: `${event.id}.${index}`,
      channel,
      to: new Secret(to),
      template: notification.template,
      locale,
      content: new Secret({
        ...rendered,
        subject: singleLine(rendered.subject, SUBJECT_MAX_LENGTH),
        code: notification.template === 'otp-code' ? notification.code : null,
      }),
      createdAt: event.occurredAt,
      expiresAt,
    };
  }
}
