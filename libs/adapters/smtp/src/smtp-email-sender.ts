import type { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import { seconds, type Clock, type Secret } from '#domain/kernel';
import type { Message, MessageSender } from '#domain/notification';
import { smtpFailure } from './smtp-failure.js';
import { isLoopback, parseSmtpUrl } from './smtp-url.js';

export interface SmtpOptions {
  /** `smtp://user:password@host:587` (with STARTTLS) or `smtps://user:password@host:465`. */
  readonly url: Secret;
  /** The `From` header, such as `Gatehouse <no-reply@example.com>`. */
  readonly from: string;
  /** `off` sends in the clear, and only to this machine. */
  readonly tls?: 'required' | 'off' | undefined;
  /** PEM of the authority to trust instead of the public ones. */
  readonly ca?: string | undefined;
  readonly maxConnections?: number | undefined;
  /** Milliseconds for one attempt, and for one probe. */
  readonly timeout?: number | undefined;
}

/** Email over pooled SMTP connections. */
export class SmtpEmailSender implements MessageSender {
  readonly name = 'smtp';
  /** A Message-ID that repeats is a hint to the recipient's program, not a promise. */
  readonly idempotent = false;
  readonly #timeout: number;
  readonly #from: string;
  readonly #transporter;
  /** The stream from which each attempt's message is read. */
  readonly #bodies = new WeakMap<AbortSignal, Readable>();

  constructor(
    { url, from, tls = 'required', ca, maxConnections = 5, timeout = seconds(15) }: SmtpOptions,
    private readonly clock: Clock,
  ) {
    const server = parseSmtpUrl(url);
    if (tls === 'off' && !isLoopback(server.host)) {
      throw new TypeError('SMTP without TLS is for a server on this machine only');
    }
    this.#timeout = timeout;
    this.#from = from;
    this.#transporter = createTransport({
      ...server,
      pool: true,
      maxConnections,
      // Repeating is decided outside, where it is known whether the message has expired.
      maxRequeues: 0,
      requireTLS: tls === 'required',
      ignoreTLS: tls === 'off',
      ...(ca !== undefined && { tls: { ca } }),
      // From the name lookup to the end of STARTTLS; after that, for each answer.
      connectionTimeout: timeout,
      socketTimeout: timeout,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.#transporter.use('stream', ({ data, message }, done) => {
      message.processFunc((body: Readable) => {
        this.#bodies.set(data.signal as AbortSignal, body);
        return body;
      });
      done();
    });
  }

  async send(message: Message): Promise<void> {
    const signal = AbortSignal.timeout(this.#timeLeft(message));
    const address = message.to.expose();
    const { subject, text, html } = message.content.expose();
    try {
      await this.#transporter.sendMail({
        from: this.#from,
        // As an object: a string would be read as a list of addresses.
        to: { name: '', address },
        subject,
        text,
        ...(html !== null && { html }),
        messageId: `<${message.id}@${this.#from.replace(/^.*@|>$/gu, '')}>`,
        date: message.createdAt,
        // No vacation replies (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': message.locale },
        signal,
      });
    } catch (error) {
      throw smtpFailure(error, this.#bodies.get(signal)?.readableEnded ?? false);
    }
  }

  /** Connects and logs in, bounded in time as an attempt is. Throws a `DeliveryError` when that fails. */
  async probe(): Promise<void> {
    try {
      await this.#transporter.verify();
    } catch (error) {
      throw smtpFailure(error, false);
    }
  }

  /** Lets messages in hand finish. */
  close(): void {
    this.#transporter.close();
  }

  /** A message may wait in the pool for a connection, and must not leave it after it expired. */
  #timeLeft({ expiresAt }: Message): number {
    const untilExpiry = expiresAt ? expiresAt.getTime() - this.clock.now().getTime() : Infinity;
    return Math.max(1, Math.min(this.#timeout, untilExpiry));
  }
}
