import { Eta } from 'eta/core';
import type { Channel, Locale, Notification, RenderedText, TemplateRenderer } from '#domain/notification';
import { EMAIL_HTML } from './layouts/email-html.layout.js';
import { emailText } from './layouts/email-text.layout.js';
import { german } from './letters/de.js';
import { english } from './letters/en.js';
import type { LetterWriter } from './letters/letter.js';

export interface TemplateOptions {
  /** What the messages call the service. */
  readonly productName: string;
  /** Origin of the sign-in page, such as `https://app.example.com`; lets phones fill in a code sent by SMS. */
  readonly origin?: string | undefined;
}

const WRITERS: Record<Locale, LetterWriter> = { en: english, de: german };

const eta = new Eta({ autoEscape: true });
const emailHtml = eta.compile(EMAIL_HTML);

export class EtaTemplateRenderer implements TemplateRenderer {
  readonly #product: string;
  readonly #webOtpHost: string | null;

  constructor({ productName, origin }: TemplateOptions) {
    this.#product = productName;
    this.#webOtpHost = origin ? new URL(origin).hostname : null;
  }

  render(notification: Notification, channel: Channel, locale: Locale): RenderedText {
    const product = this.#product;
    const letter = WRITERS[locale](notification, product);
    if (channel === 'sms') return { subject: '', text: letter.sms + this.#autofill(letter.code), html: null };
    return {
      subject: letter.subject,
      text: emailText(letter, product),
      html: eta.render(emailHtml, { letter, product, locale }),
    };
  }

  /** Origin-bound code (WICG "Origin-bound one-time codes delivered via SMS"): has to be the last line. */
  #autofill(code: string | undefined): string {
    return code && this.#webOtpHost ? `\n\n@${this.#webOtpHost} #${code}` : '';
  }
}
