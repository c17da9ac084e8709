import { Logger, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ResilientMessageSender, type Circuit } from '#adapters/resilience';
import { SmtpEmailSender, SmtpModule } from '#adapters/smtp';
import { TemplatesModule } from '#adapters/templates';
import { TwilioModule, TwilioSmsSender } from '#adapters/twilio';
import { CLOCK, inSpan, type Clock, type Tracing } from '#domain/kernel';
import {
  DELIVERY_LOG,
  DEV_OUTBOX,
  DeliverMessage,
  DevOutboxSender,
  KNOWN_IDENTIFIERS,
  MESSAGE_SENDERS,
  NotifyOnEvent,
  OnceOnlySender,
  TEMPLATE_RENDERER,
  type DeliveryLog,
  type DevOutbox,
  type MessageSender,
  type MessageSenders,
} from '#domain/notification';
import { hasDevOutbox, type Config, type SmtpConfig, type TwilioConfig } from '../config/index.js';
import { observed } from './observed.js';
import { provide } from './provide.js';
import { OPTIONAL_TRACING } from './traced.js';

/** Telling people: templates, transports, and the dev outbox while there is no transport. */
@Module({})
export class NotificationModule {
  static register(config: Config): DynamicModule {
    const transports = [
      ...(config.sms ? [TwilioModule.register(twilioOptions(config.sms))] : []),
      ...(config.email ? [SmtpModule.register(smtpOptions(config.email))] : []),
    ];
    return {
      module: NotificationModule,
      imports: [
        TemplatesModule.register({
          productName: 'Gatehouse',
          origin: config.http.publicUrl,
          links: {
            'verify-email': config.links.verifyEmailUrl,
            'reset-password': config.links.resetPasswordUrl,
          },
        }),
        ...transports,
      ],
      providers: [
        senders(config),
        observed(provide(DeliverMessage, [MESSAGE_SENDERS, DELIVERY_LOG, CLOCK]), ({ messages }) => messages),
        provide(NotifyOnEvent, [TEMPLATE_RENDERER, DeliverMessage, KNOWN_IDENTIFIERS]),
      ],
      exports: [NotifyOnEvent, MESSAGE_SENDERS, ...transports],
    };
  }
}

const logger = new Logger('Messages');
const onCircuitChange = (transport: string, circuit: Circuit): void =>
  logger.warn(`${transport}: circuit ${circuit}`);

function senders(config: Config): Provider<MessageSenders> {
  return {
    provide: MESSAGE_SENDERS,
    useFactory: (
      clock: Clock,
      outbox: DevOutbox,
      log: DeliveryLog,
      sms?: MessageSender,
      email?: MessageSender,
      tracing?: Tracing,
    ): MessageSenders => {
      const traced = (sender: MessageSender) => (tracing ? tracedSender(tracing, sender) : sender);
      if (hasDevOutbox(config)) {
        const devOutbox = traced(new DevOutboxSender(outbox));
        return { sms: devOutbox, email: devOutbox };
      }
      // A claim lasts for one attempt, not for the pauses between them.
      const real = (transport: MessageSender): MessageSender =>
        new ResilientMessageSender(new OnceOnlySender(traced(transport), log, clock), clock, {
          onCircuitChange,
        });
      return { ...(sms && { sms: real(sms) }), ...(email && { email: real(email) }) };
    },
    inject: [
      CLOCK,
      DEV_OUTBOX,
      DELIVERY_LOG,
      { token: TwilioSmsSender, optional: true },
      { token: SmtpEmailSender, optional: true },
      OPTIONAL_TRACING,
    ],
  };
}

/** Each attempt as a span. Whom it goes to and what it says is left out, and so is `traceparent` to a provider that is not ours. */
const tracedSender = (tracing: Tracing, sender: MessageSender): MessageSender => ({
  name: sender.name,
  idempotent: sender.idempotent,
  send: (message) => {
    const attributes = {
      'gatehouse.message.channel': message.channel,
      'gatehouse.message.template': message.template,
      'gatehouse.message.transport': sender.name,
    };
    const span = tracing.start(`send ${message.channel}`, { kind: 'client', attributes });
    return inSpan(tracing, span, () => sender.send(message));
  },
});

const twilioOptions = ({ accountSid, authToken, from, messagingServiceSid, baseUrl }: TwilioConfig) => ({
  accountSid,
  credentials: { authToken },
  // The configuration is refused unless exactly one of the two is set.
  sender: from === undefined ? { messagingServiceSid: messagingServiceSid ?? '' } : { from },
  baseUrl,
});

/** A server on this machine is reached without TLS: there is no network in between to listen on. */
const smtpOptions = ({ smtpUrl, from }: SmtpConfig) => {
  const { hostname } = new URL(smtpUrl.expose());
  const local = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return { url: smtpUrl, from, tls: local ? ('off' as const) : ('required' as const) };
};
