import { Eta } from 'eta/core';
import type {
  Channel,
  LinkPurpose,
  Locale,
  Notification,
  RenderedText,
  TemplateRenderer,
} from '#domain/notification';
import { EMAIL_HTML } from './layouts/email-html.layout.js';
import { emailText } from './layouts/email-text.layout.js';
import { german } from './letters/de.js';
import { english } from './letters/en.js';
import type { Letter, LetterWriter, Link } from './letters/letter.js';

export interface TemplateOptions {
  /** What the messages call the service. */
  readonly productName: string;
  /** Origin of the sign-in page, such as `https://app.example.com`; lets phones fill in a code sent by SMS. */
  readonly origin?: string | undefined;
  /** Where links lead, `{token}` standing for the token: configured, because a request's headers are anybody's. */
  readonly links: Readonly<Record<LinkPurpose, string>>;
}

const WRITERS: Record<Locale, LetterWriter> = { en: english, de: german };

const eta = new Eta({ autoEscape: true });
const emailHtml = eta.compile(EMAIL_HTML);

export class EtaTemplateRenderer implements TemplateRenderer {
  readonly #product: string;
  readonly #webOtpHost: string | null;
  readonly #links: TemplateOptions['links'];

  constructor({ productName, origin, links }: TemplateOptions) {
    this.#links = links;
    this.#product = productName;
    this.#webOtpHost = origin ? new URL(origin).hostname : null;
  }

  render(notification: Notification, channel: Channel, locale: Locale): RenderedText {
    const product = this.#product;
    const letter = WRITERS[locale](notification, product);
    if (channel === 'sms') {
      if (letter.sms === null) throw new Error(`There is no text message for ${notification.template}`);
      return { subject: '', text: letter.sms + this.#autofill(letter.code), html: null };
    }
    const link = this.#link(letter);
    return {
      subject: letter.subject,
      text: emailText(letter, link, product),
      html: eta.render(emailHtml, { letter, link, product, locale }),
    };
  }

  #link({ link }: Letter): Link | null {
    return link ? { label: link.label, url: this.#links[link.purpose].replace('{token}', link.token) } : null;
  }

  /** Origin-bound code (WICG "Origin-bound one-time codes delivered via SMS"): has to be the last line. */
  #autofill(code: string | undefined): string {
    return code && this.#webOtpHost ? `\n\n@${this.#webOtpHost} #${code}` : '';
  }
}
