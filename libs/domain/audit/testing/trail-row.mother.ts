import type { TrailRow } from '#domain/audit';
import { newId } from '#domain/kernel/testing';

export const aTrailRow = (overrides: Partial<TrailRow> = {}): TrailRow => ({
  position: 1,
  id: newId(),
  occurredAt: '2026-01-15T12:00:00.123456',
  action: 'session.opened',
  result: 'success',
  actorId: null,
  userId: newId(),
  sessionId: newId(),
  address: '203.0.113.7/32',
  userAgent: 'Firefox on Linux',
  requestId: newId(),
  reason: null,
  metadata: '{"kind": "email"}',
  traceId: null,
  ...overrides,
});
