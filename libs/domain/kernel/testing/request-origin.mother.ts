import type { RequestOrigin } from '#domain/kernel';

export const anOrigin = (overrides: Partial<RequestOrigin> = {}): RequestOrigin => ({
  address: '203.0.113.7',
  userAgent: 'Firefox on Linux',
  requestId: 'request-1',
  ...overrides,
});
