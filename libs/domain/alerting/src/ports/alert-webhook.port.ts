import { token } from '#domain/kernel';
import type { AlertPosted } from '../model/alert-events.js';

/** The operators' own endpoint. */
export interface AlertWebhook {
  /**
   * Makes one attempt, bounded in time. The event's id goes with it, by which a receiver recognises a repeat. Throws
   * a `DeliveryError`, of which `retry` and `permanent` are the dispositions.
   */
  post(event: AlertPosted): Promise<void>;
}

/** Null where none is configured. */
export const ALERT_WEBHOOK = token<AlertWebhook | null>('AlertWebhook');
