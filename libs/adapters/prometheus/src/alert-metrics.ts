import type { Registry } from 'prom-client';
import { ALERT_KINDS, type PostResult, type RaiseResult } from '#domain/alerting';
import { ClosedCounter } from './closed-counter.js';

/** Alerts that began, counted by the worker whose unit of work made them. */
export class AlertMetrics {
  readonly #alerts;

  constructor(registry: Registry) {
    this.#alerts = new ClosedCounter(
      registry,
      'gatehouse_alerts_total',
      'Alerts that began, by what they are about; an attack is one of them.',
      { kind: ALERT_KINDS },
    );
  }

  succeeded(_command: unknown, { opened }: RaiseResult): void {
    for (const kind of opened) this.#alerts.inc({ kind });
  }
}

/** What became of each attempt to reach the operators' webhook. */
export class WebhookMetrics {
  readonly #deliveries;

  constructor(registry: Registry) {
    this.#deliveries = new ClosedCounter(
      registry,
      'gatehouse_webhook_deliveries_total',
      "Attempts to post an alert to the operators' webhook: sent, rejected for good, or left to be tried again.",
      { result: ['sent', 'rejected', 'retry'] },
    );
  }

  succeeded(_event: unknown, result: PostResult): void {
    if (result === 'ignored') return;
    this.#deliveries.inc({ result: result.outcome === 'sent' ? 'sent' : 'rejected' });
  }

  failed(): void {
    this.#deliveries.inc({ result: 'retry' });
  }
}
