import { DomainError } from '#domain/kernel';
import type { ConsumeOutcome } from '../ports/otp-challenges.port.js';

/** One answer for a wrong code and for a challenge that never was, was replaced or was spent. */
export const otpInvalid = (): DomainError =>
  DomainError.unauthenticated('otp-invalid', 'The code is not valid');

export function otpRejected(outcome: Exclude<ConsumeOutcome['outcome'], 'consumed'>): DomainError {
  switch (outcome) {
    case 'mismatch':
      return otpInvalid();
    case 'exhausted':
      return DomainError.unauthenticated('otp-exhausted', 'Too many wrong codes; request a new one');
    case 'expired':
      return DomainError.unauthenticated('otp-expired', 'The code has expired; request a new one');
  }
}
