import type { Registry } from 'prom-client';
import type { Setback, ShippingReport } from '#domain/audit';
import { ClosedCounter, every } from './closed-counter.js';
import { gauge } from './gauges.js';
import { Sampled } from './sampled.js';

export interface AuthLogReading {
  /** Positions of the trail that are not shipped; those that were given up are counted, too. */
  readonly lagEvents: number;
  /** Age of the oldest row that is not shipped; 0 when all are. */
  readonly lagSeconds: number;
  readonly deadLetters: number;
}

/** Milliseconds between two looks, for each process that is scraped. */
const INTERVAL = 10_000;

/** How far Elasticsearch is behind the audit trail, and why. Made only by who ships to one. */
export class AuthLogMetrics {
  readonly #documents;
  readonly #setbacks;

  constructor(registry: Registry, read: () => Promise<AuthLogReading>) {
    this.#documents = new ClosedCounter(
      registry,
      'gatehouse_elasticsearch_documents_total',
      'Rows of the audit trail that Elasticsearch has, or will never take as they are.',
      { result: every<'shipped' | 'rejected'>({ shipped: true, rejected: true }) },
    );
    this.#setbacks = new ClosedCounter(
      registry,
      'gatehouse_elasticsearch_setbacks_total',
      'Writes that have to be repeated: Elasticsearch was overloaded, unreachable, or refused them.',
      { kind: every<Setback['kind']>({ overloaded: true, unreachable: true, refused: true }) },
    );
    const reading = new Sampled(INTERVAL, read);
    gauge(
      registry,
      'gatehouse_elasticsearch_lag_events',
      'Positions of the audit trail that are not in Elasticsearch yet.',
      () => reading.latest?.lagEvents,
    );
    gauge(
      registry,
      'gatehouse_elasticsearch_lag_seconds',
      'Age of the oldest row of the audit trail that is not in Elasticsearch yet.',
      () => reading.latest?.lagSeconds,
    );
    gauge(
      registry,
      'gatehouse_elasticsearch_dead_letters',
      'Rows that Elasticsearch rejected and that nobody has seen to.',
      () => reading.latest?.deadLetters,
    );
  }

  count({ shipped, rejected, setback }: ShippingReport): void {
    this.#documents.inc({ result: 'shipped' }, shipped);
    this.#documents.inc({ result: 'rejected' }, rejected);
    if (setback) this.#setbacks.inc({ kind: setback.kind });
  }
}
