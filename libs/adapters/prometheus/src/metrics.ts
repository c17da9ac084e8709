import { collectDefaultMetrics, Registry } from 'prom-client';
import { AdmissionMetrics } from './admission-metrics.js';
import { AlertMetrics, WebhookMetrics } from './alert-metrics.js';
import { AuditMetrics } from './audit-metrics.js';
import { AuthLogMetrics, type AuthLogReading } from './auth-log-metrics.js';
import { CacheMetrics } from './cache-metrics.js';
import { CircuitMetrics } from './circuit-metrics.js';
import { watchHashing, type HashingReading } from './hashing-metrics.js';
import { HttpMetrics } from './http-metrics.js';
import { MessageMetrics } from './message-metrics.js';
import { watchRecord, type RecordReader } from './record-metrics.js';

/** All that one process tells about itself. */
export class Metrics {
  readonly #registry = new Registry();
  readonly contentType = this.#registry.contentType;
  readonly http = new HttpMetrics(this.#registry);
  readonly audit = new AuditMetrics(this.#registry);
  readonly admissions = new AdmissionMetrics(this.#registry);
  readonly messages = new MessageMetrics(this.#registry);
  readonly caches = new CacheMetrics(this.#registry);
  readonly alerts = new AlertMetrics(this.#registry);
  readonly webhooks = new WebhookMetrics(this.#registry);
  readonly circuits = new CircuitMetrics(this.#registry);

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  watchRecord(record: RecordReader): void {
    watchRecord(this.#registry, record);
  }

  watchHashing(queue: HashingReading): void {
    watchHashing(this.#registry, queue);
  }

  watchAuthLogs(read: () => Promise<AuthLogReading>): AuthLogMetrics {
    return new AuthLogMetrics(this.#registry, read);
  }

  /** In Prometheus' text format. */
  exposition(): Promise<string> {
    return this.#registry.metrics();
  }
}
