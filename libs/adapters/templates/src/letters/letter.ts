import type { Locale, Notification } from '#domain/notification';

/** A notification in one language, still without form: the layouts turn it into HTML and plain text. */
export interface Letter {
  readonly subject: string;
  /** What a mailbox shows beside the subject. */
  readonly preview: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly code?: string;
  readonly details?: readonly { readonly label: string; readonly value: string }[];
  /** What to do if this was not the reader. */
  readonly closing: string;
  /**
   * The whole of it in one text message, the code first. Only characters of GSM 03.38 (in what is ours), so
   * that 160 of them fit into one segment instead of 70.
   */
  readonly sms: string;
}

export type LetterWriter = (notification: Notification, product: string) => Letter;

/** Absolute and in UTC: the server knows nobody's time zone. */
export function utcFormats(locale: Locale): { date: (at: Date) => string; time: (at: Date) => string } {
  const tag = { en: 'en-GB', de: 'de-DE' }[locale];
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' });
  const time = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return { date: (at) => date.format(at), time: (at) => `${time.format(at)} UTC` };
}

/** The dots of a hint are not in GSM 03.38. */
export const smsHint = (hint: string): string => hint.replaceAll('•', '*');
