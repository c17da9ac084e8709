import type { AuditEvent, TrailRow } from '#domain/audit';

/** The row of an event at a position, as the store makes it; the ids ascend, as the real ones do. */
export const trailRowOf = (position: number, { origin, ...event }: AuditEvent): TrailRow => ({
  position,
  id: `00000000-0000-7000-8000-${position.toString(16).padStart(12, '0')}`,
  occurredAt: event.occurredAt.toISOString().slice(0, -1),
  action: event.action,
  result: event.result,
  actorId: event.actorId ?? null,
  userId: event.userId ?? null,
  sessionId: event.sessionId ?? null,
  address: origin.address,
  userAgent: origin.userAgent,
  requestId: origin.requestId,
  reason: event.reason ?? null,
  metadata: event.metadata ? JSON.stringify(event.metadata) : null,
  traceId: origin.traceId ?? null,
});
