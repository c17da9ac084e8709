import type { AuditTrail, CursorMoves } from '#domain/audit';
import type { Outbox } from '#domain/kernel';
import type { Alerts } from './alerts.port.js';

export interface AlertingTx {
  readonly alerts: Alerts;
  readonly auditCursors: CursorMoves;
  readonly audit: AuditTrail;
  readonly outbox: Outbox;
}
