import type { ThrottlerStorage } from '@nestjs/throttler';
import type { Admission, AdmitRequest, BucketName } from '#domain/throttling';

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** What the throttler knows of one count, and the admission that it stands for. */
export interface AdmissionRecord extends ThrottlerRecord {
  readonly admission: Admission;
}

/**
 * The throttler's storage on our own counting, which also owns windows, limits and blocks: what the throttler
 * was configured with in their place is not looked at.
 */
export class AdmissionStorage implements ThrottlerStorage {
  constructor(private readonly admitRequest: AdmitRequest) {}

  async increment(
    address: string,
    _ttl: number,
    _limit: number,
    _blockDuration: number,
    throttlerName: string,
  ): Promise<AdmissionRecord> {
    const admission = await this.admitRequest.execute({ address, bucket: throttlerName as BucketName });
    return {
      totalHits: admission.limit - admission.remaining,
      timeToExpire: admission.resetSeconds,
      isBlocked: admission.outcome !== 'admitted',
      timeToBlockExpire: admission.retryAfterSeconds,
      admission,
    };
  }
}
