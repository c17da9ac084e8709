import type { AccountAlert, LinkPurpose, Locale, Notification } from '#domain/notification';

/** A notification in one language, still without form: the layouts turn it into HTML and plain text. */
export interface Letter {
  readonly subject: string;
  /** What a mailbox shows beside the subject. */
  readonly preview: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly code?: string;
  /** The one thing to do. Where it leads is the deployment's to say. */
  readonly link?: { readonly label: string; readonly purpose: LinkPurpose; readonly token: string };
  readonly details?: readonly { readonly label: string; readonly value: string }[];
  /** What to do if this was not the reader. */
  readonly closing: string;
  /**
   * The whole of it in one text message, the code first. Only characters of GSM 03.38 (in what is ours), so
   * that 160 of them fit into one segment instead of 70. Null for what only travels by mail.
   */
  readonly sms: string | null;
}

/** A letter's link with the deployment's address in it. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

export type NoticeOf<Template extends Notification['template']> = Extract<
  Notification,
  { readonly template: Template }
>;
export type AccountAlertNotice = Extract<Notification, { readonly notice: AccountAlert }>;

export type LetterWriter = (notification: Notification, product: string) => Letter;

/** Absolute and in UTC: the server knows nobody's time zone. */
export function utcFormats(locale: Locale): { date: (at: Date) => string; time: (at: Date) => string } {
  const tag = { en: 'en-GB', de: 'de-DE' }[locale];
  const date = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' });
  const time = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return { date: (at) => date.format(at), time: (at) => `${time.format(at)} UTC` };
}

/** As the language calls it. */
export function countryNames(locale: Locale): (country: string) => string {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  return (country) => names.of(country) ?? country;
}

/** The dots of a hint are not in GSM 03.38. */
export const smsHint = (hint: string): string => hint.replaceAll('•', '*');
