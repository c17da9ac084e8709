import { token } from '#domain/kernel';
import type { Locale } from '../model/locale.js';
import type { Channel, MessageContent } from '../model/message.js';
import type { Notification } from '../model/notification.js';

export type RenderedText = Omit<MessageContent, 'code'>;

/**
 * Puts a notification into words. Pure: the same input gives the same text. Every value in it is foreign
 * and appears as text, never as markup.
 */
export interface TemplateRenderer {
  render(notification: Notification, channel: Channel, locale: Locale): RenderedText;
}

export const TEMPLATE_RENDERER = token<TemplateRenderer>('TemplateRenderer');
