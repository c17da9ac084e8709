import type { Registry } from 'prom-client';
import type { Admission, AdmissionRequest, BucketName } from '#domain/throttling';
import { ClosedCounter, every } from './closed-counter.js';

/** Requests that the rate limits turned away. */
export class AdmissionMetrics {
  readonly #refused;

  constructor(registry: Registry) {
    this.#refused = new ClosedCounter(
      registry,
      'gatehouse_rate_limited_requests_total',
      'Requests answered with 429, by the limit they hit, or because their address is blocked.',
      {
        limit: every<BucketName>({ overall: true, 'sign-in': true }),
        reason: every<Exclude<Admission['outcome'], 'admitted'>>({
          'rate-limited': true,
          'address-blocked': true,
        }),
      },
    );
  }

  succeeded({ bucket }: AdmissionRequest, { outcome }: Admission): void {
    if (outcome !== 'admitted') this.#refused.inc({ limit: bucket, reason: outcome });
  }
}
