import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ResilientMessageSender } from '#adapters/resilience';
import { SmtpEmailSender, SmtpModule } from '#adapters/smtp';
import { TemplatesModule } from '#adapters/templates';
import { TwilioModule, TwilioSmsSender } from '#adapters/twilio';
import { CLOCK, type Clock } from '#domain/kernel';
import {
  DELIVERY_LOG,
  DEV_OUTBOX,
  DeliverMessage,
  DevOutboxSender,
  KNOWN_IDENTIFIERS,
  MESSAGE_SENDERS,
  NotifyOnEvent,
  TEMPLATE_RENDERER,
  type DevOutbox,
  type MessageSender,
  type MessageSenders,
} from '#domain/notification';
import { hasDevOutbox, type Config, type SmtpConfig, type TwilioConfig } from '../config/index.js';
import { provide } from './provide.js';

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
        TemplatesModule.register({ productName: 'Gatehouse', origin: config.http.publicUrl }),
        ...transports,
      ],
      providers: [
        senders(config),
        provide(DeliverMessage, [MESSAGE_SENDERS, DELIVERY_LOG, CLOCK]),
        provide(NotifyOnEvent, [TEMPLATE_RENDERER, DeliverMessage, KNOWN_IDENTIFIERS]),
      ],
      exports: [NotifyOnEvent, MESSAGE_SENDERS, ...transports],
    };
  }
}

function senders(config: Config): Provider<MessageSenders> {
  return {
    provide: MESSAGE_SENDERS,
    useFactory: (
      clock: Clock,
      outbox: DevOutbox,
      sms?: MessageSender,
      email?: MessageSender,
    ): MessageSenders => {
      if (hasDevOutbox(config)) {
        const devOutbox = new DevOutboxSender(outbox);
        return { sms: devOutbox, email: devOutbox };
      }
      return {
        ...(sms && { sms: new ResilientMessageSender(sms, clock) }),
        ...(email && { email: new ResilientMessageSender(email, clock) }),
      };
    },
    inject: [
      CLOCK,
      DEV_OUTBOX,
      { token: TwilioSmsSender, optional: true },
      { token: SmtpEmailSender, optional: true },
    ],
  };
}

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
