import { DomainError, secondsUntil } from '#domain/kernel';

/** One answer for a wrong password, an account without one, and an identifier that nobody holds. */
export const invalidCredentials = (): DomainError =>
  DomainError.unauthenticated('invalid-credentials', 'The identifier or the password is not right');

/** Told alike for identifiers with and without an account. */
export const refusedAttempt = (
  { retryAt, locked }: { readonly retryAt: Date; readonly locked: boolean },
  now: Date,
): DomainError =>
  locked
    ? DomainError.rateLimited(
        'sign-in-locked',
        'Too many wrong passwords; signing in with one is locked for a while',
        secondsUntil(retryAt, now),
      )
    : DomainError.rateLimited(
        'too-many-attempts',
        'Too many wrong passwords; wait before the next attempt',
        secondsUntil(retryAt, now),
      );
