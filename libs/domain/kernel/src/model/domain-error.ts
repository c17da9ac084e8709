/**
 * What went wrong, in words that know no transport. The HTTP app maps each kind to one status through an
 * exhaustive table, so a new kind does not compile until someone has decided what clients see.
 */
export type DomainErrorKind =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'rate-limited' | 'unavailable';

/** A field of the caller's input that was refused, and why. */
export interface FieldViolation {
  readonly field: string;
  readonly message: string;
}

export interface DomainErrorDetails {
  /** Seconds after which the same call may succeed. */
  readonly retryAfterSeconds?: number;
  readonly violations?: readonly FieldViolation[];
  readonly cause?: unknown;
}

/**
 * A failure that callers are meant to see. `code` is stable and part of the API; `message` is for people
 * and must never carry a secret or a full identifier, because it leaves the process.
 */
export class DomainError extends Error {
  readonly retryAfterSeconds: number | undefined;
  readonly violations: readonly FieldViolation[];

  constructor(
    readonly kind: DomainErrorKind,
    readonly code: string,
    message: string,
    details: DomainErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DomainError';
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.violations = details.violations ?? [];
  }

  static invalid(code: string, message: string, field?: string): DomainError {
    return new DomainError('invalid', code, message, field ? { violations: [{ field, message }] } : {});
  }

  static unauthenticated(code: string, message: string): DomainError {
    return new DomainError('unauthenticated', code, message);
  }

  static forbidden(code: string, message: string): DomainError {
    return new DomainError('forbidden', code, message);
  }

  static notFound(code: string, message: string): DomainError {
    return new DomainError('not-found', code, message);
  }

  static conflict(code: string, message: string): DomainError {
    return new DomainError('conflict', code, message);
  }

  static rateLimited(code: string, message: string, retryAfterSeconds: number): DomainError {
    return new DomainError('rate-limited', code, message, { retryAfterSeconds });
  }

  static unavailable(code: string, message: string, retryAfterSeconds: number, cause?: unknown): DomainError {
    return new DomainError('unavailable', code, message, { retryAfterSeconds, cause });
  }
}
