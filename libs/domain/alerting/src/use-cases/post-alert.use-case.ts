import type { DomainEvent } from '#domain/kernel';
import { DeliveryError, type DeliveryReport } from '#domain/notification';
import { ALERT_POSTED, type AlertPosted } from '../model/alert-events.js';
import type { AlertWebhook } from '../ports/alert-webhook.port.js';

export type PostResult = 'ignored' | Pick<DeliveryReport, 'outcome' | 'reason'>;

/** Hands an alert to the operators' endpoint. Safe to repeat: the receiver knows the event by its id. */
export class PostAlert {
  constructor(private readonly webhook: AlertWebhook | null) {}

  /** Throws the `DeliveryError` of an attempt that may be repeated. */
  async execute(event: DomainEvent): Promise<PostResult> {
    if (!isAlertPosted(event)) return 'ignored';
    try {
      if (!this.webhook) throw new DeliveryError('permanent', 'no-transport');
      await this.webhook.post(event);
      return { outcome: 'sent', reason: null };
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.outcome === null) throw error;
      return { outcome: error.outcome, reason: error.reason };
    }
  }
}

const isAlertPosted = (event: DomainEvent): event is AlertPosted => event.type === ALERT_POSTED;
