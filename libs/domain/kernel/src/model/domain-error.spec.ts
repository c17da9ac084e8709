import { describe, expect, it } from '@jest/globals';
import { DomainError } from './domain-error.js';

describe('DomainError', () => {
  it.each([
    [DomainError.invalid('c', 'm'), { kind: 'invalid', violations: [] }],
    [DomainError.invalid('c', 'm', 'f'), { kind: 'invalid', violations: [{ field: 'f', message: 'm' }] }],
    [DomainError.unauthenticated('c', 'm'), { kind: 'unauthenticated' }],
    [DomainError.forbidden('c', 'm'), { kind: 'forbidden' }],
    [DomainError.notFound('c', 'm'), { kind: 'not-found' }],
    [DomainError.conflict('c', 'm'), { kind: 'conflict' }],
    [DomainError.rateLimited('c', 'm', 7), { kind: 'rate-limited', retryAfterSeconds: 7 }],
    [
      DomainError.unavailable('c', 'm', 2, 'why'),
      { kind: 'unavailable', retryAfterSeconds: 2, cause: 'why' },
    ],
  ])('says what went wrong: %j', (error, expected) => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'DomainError', code: 'c', message: 'm', ...expected });
  });
});
