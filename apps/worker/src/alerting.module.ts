import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { clientNetwork } from '#adapters/network';
import {
  ALERT_STORE,
  ALERT_WEBHOOK,
  AlertAnnouncer,
  ALERTING_POLICY,
  NETWORK_OF,
  PostAlert,
  RaiseAlerts,
  type AlertWebhook,
} from '#domain/alerting';
import { AUDIT_CURSORS, AUDIT_FEED } from '#domain/audit';
import { ACCOUNT_DIRECTORY } from '#domain/identity';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK, type Clock, type Tracing } from '#domain/kernel';
import { observed } from '../../api/src/composition/observed.js';
import { outboundClient } from '../../api/src/composition/outbound-client.js';
import { provide } from '../../api/src/composition/provide.js';
import { asWork, OPTIONAL_TRACING, traced } from '../../api/src/composition/traced.js';
import type { Config } from '../../api/src/config/index.js';
import { Alerting } from './alerting.js';

/** Alerts: made of the audit trail, and told to owners and operators. */
@Module({})
export class AlertingModule {
  static register(config: Config): DynamicModule {
    return {
      module: AlertingModule,
      providers: [
        { provide: NETWORK_OF, useValue: clientNetwork },
        provide(AlertAnnouncer, [ID_GENERATOR, ALERTING_POLICY]),
        observed(
          traced(
            provide(RaiseAlerts, [
              AUDIT_FEED,
              AUDIT_CURSORS,
              ALERT_STORE,
              ACCOUNT_DIRECTORY,
              AlertAnnouncer,
              UNIT_OF_WORK,
              NETWORK_OF,
              ID_GENERATOR,
              CLOCK,
              ALERTING_POLICY,
            ]),
            'execute',
            'raise alerts',
          ),
          ({ alerts }) => alerts,
        ),
        webhook(config),
        observed(provide(PostAlert, [ALERT_WEBHOOK]), ({ webhooks }) => webhooks),
        provide(Alerting, [RaiseAlerts]),
      ],
      exports: [PostAlert],
    };
  }
}

function webhook({ alerts: { webhookUrl: url, webhookSecret: secret } }: Config): Provider {
  if (!url) return { provide: ALERT_WEBHOOK, useValue: null };
  return {
    provide: ALERT_WEBHOOK,
    useFactory: async (clock: Clock, tracing?: Tracing): Promise<AlertWebhook> => {
      const { StandardAlertWebhook } = await import('#adapters/standard-webhooks');
      const options = { url, secret, post: await outboundClient(url.expose()) };
      const adapter: AlertWebhook = new StandardAlertWebhook(options, clock);
      return asWork(tracing, adapter, 'post', 'post alert', { kind: 'client' });
    },
    inject: [CLOCK, OPTIONAL_TRACING],
  };
}
