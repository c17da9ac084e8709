import { Secret, type DomainEvent } from '#domain/kernel';
import { notificationsFor, type AddressedNotification } from '../model/addressed-notification.js';
import type { DeliveryReport } from '../model/delivery-report.js';
import type { Message } from '../model/message.js';
import { isNotificationEvent, type NotificationEvent } from '../model/notification-event.js';
import { singleLine } from '../model/single-line.js';
import type { KnownIdentifiers } from '../ports/known-identifiers.port.js';
import type { TemplateRenderer } from '../ports/template-renderer.port.js';
import type { DeliverMessage } from './deliver-message.use-case.js';

/** `ignored`: nobody is told about such events. `withheld`: the recipient has no account, and none is open. */
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
    if (await this.#isWithheld(event)) return 'withheld';

    const messages = notificationsFor(event).map((addressed, index) =>
      this.#compose(event, addressed, index),
    );
    const results = await Promise.allSettled(messages.map((message) => this.delivery.execute(message)));
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  async #isWithheld({ type, payload }: NotificationEvent): Promise<boolean> {
    if (type !== 'otp.requested' || !payload.onlyKnownAccounts) return false;
    return !(await this.identifiers.exists(payload.channel === 'sms' ? 'phone' : 'email', payload.to));
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
