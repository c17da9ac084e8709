import type { AuditTrail } from '#domain/audit';
import type { RequestOrigin } from '#domain/kernel';
import type { RevocationReason } from '../model/session.entity.js';

export interface Revocations {
  readonly userId: string;
  readonly sessionIds: readonly string[];
  readonly reason: RevocationReason;
  readonly origin: RequestOrigin;
  readonly now: Date;
}

/** A row for each session that was ended by what its owner did. */
export function auditRevocations(
  audit: AuditTrail,
  { userId, sessionIds, reason, origin, now }: Revocations,
): void {
  for (const sessionId of sessionIds) {
    audit.append({
      action: 'session.revoked',
      result: 'success',
      occurredAt: now,
      origin,
      actorId: userId,
      userId,
      sessionId,
      reason,
    });
  }
}
