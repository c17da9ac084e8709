import type { DeliveryReport } from './delivery-report.js';
import type { Message } from './message.js';

/**
 * What a failure means for the message:
 * - `retry`: it was certainly not taken, or a repeat would be recognised; trying again is safe.
 * - `permanent`: it was refused for good; repeating it would be refused again.
 * - `uncertain`: it may have been taken, because the answer never came, and a repeat may be a second copy.
 * - `expired`: it was not tried, because it had become worthless.
 * - `duplicate`: it was not tried, because it is or was in other hands.
 */
export type DeliveryDisposition = 'retry' | 'permanent' | 'uncertain' | 'expired' | 'duplicate';

/**
 * A message that was not, or perhaps not, delivered. `reason` is short and stable, such as `twilio-21211`.
 * Deliberately without a `cause`: what SDKs throw holds recipients, codes and credentials, and errors are
 * logged.
 */
export class DeliveryError extends Error {
  constructor(
    readonly disposition: DeliveryDisposition,
    readonly reason: string,
    /** Milliseconds that the provider asked to be left alone for. */
    readonly retryAfter: number = 0,
  ) {
    super(`Message not delivered (${disposition}): ${reason}`);
    this.name = 'DeliveryError';
  }

  /** How the failure ends the message; null when it does not, because trying again is safe. */
  get outcome(): Exclude<DeliveryReport['outcome'], 'sent'> | null {
    if (this.disposition === 'retry') return null;
    return this.disposition === 'permanent' ? 'rejected' : this.disposition;
  }
}

export function refuseExpired(message: Message, now: Date): void {
  if (message.expiresAt && message.expiresAt <= now) throw new DeliveryError('expired', 'expired');
}
