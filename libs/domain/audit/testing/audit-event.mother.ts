import type { AuditEvent } from '#domain/audit';
import { anOrigin, at, newId } from '#domain/kernel/testing';

export const anAuditEvent = (overrides: Partial<AuditEvent> = {}): AuditEvent => ({
  action: 'session.opened',
  result: 'success',
  occurredAt: at(0),
  origin: anOrigin({ requestId: newId() }),
  ...overrides,
});
