import type { Secret } from '#domain/kernel';
import type { Locale } from './locale.js';
import type { TemplateName } from './notification.js';

export type Channel = 'sms' | 'email';

/** What the recipient reads. An SMS has an empty subject and no HTML. */
export interface MessageContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** The one-time code inside the text, for whoever reads the dev outbox with a script. */
  readonly code: string | null;
}

/**
 * One message to one recipient. `id` is the same however often its event is delivered, and is what keeps the
 * message from being sent twice. Recipient and content are secrets, so that a message can be logged whole.
 */
export interface Message {
  readonly id: string;
  readonly channel: Channel;
  readonly to: Secret;
  readonly template: TemplateName;
  readonly locale: Locale;
  readonly content: Secret<MessageContent>;
  readonly createdAt: Date;
  /** From this instant on the message is worthless, and no attempt to send it may start. */
  readonly expiresAt: Date | null;
}
