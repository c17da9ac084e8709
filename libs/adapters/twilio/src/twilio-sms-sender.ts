import twilio from 'twilio';
import { seconds, type Secret } from '#domain/kernel';
import type { Message, MessageSender } from '#domain/notification';
import { TwilioHttpClient } from './twilio-http-client.js';

export interface TwilioOptions {
  readonly accountSid: string;
  /** An API key is preferred: it can be revoked alone. */
  readonly credentials:
    { readonly authToken: Secret } | { readonly apiKeySid: string; readonly apiKeySecret: Secret };
  readonly sender: { readonly from: string } | { readonly messagingServiceSid: string };
  /** Instead of `https://api.twilio.com`. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds for connecting and being answered. */
  readonly timeout?: number | undefined;
}

/** SMS through Twilio's Messages API, which has no key under which it would recognise a repeat. */
export class TwilioSmsSender implements MessageSender {
  readonly name = 'twilio';
  readonly idempotent = false;
  readonly #client: twilio.Twilio;
  readonly #sender: TwilioOptions['sender'];

  constructor({ accountSid, credentials, sender, baseUrl, timeout = seconds(10) }: TwilioOptions) {
    const [username, password] =
      'authToken' in credentials
        ? [accountSid, credentials.authToken]
        : [credentials.apiKeySid, credentials.apiKeySecret];
    const httpClient = new TwilioHttpClient(timeout, baseUrl);
    this.#client = twilio(username, password.expose(), { accountSid, httpClient });
    this.#sender = sender;
  }

  async send({ to, content }: Message): Promise<void> {
    await this.#client.messages.create({ to: to.expose(), body: content.expose().text, ...this.#sender });
  }
}
