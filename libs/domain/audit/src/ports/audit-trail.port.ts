import type { AuditEvent } from '../model/audit-event.js';

/**
 * The append-only security record, bound to a unit of work: an effect and its audit row are committed
 * together or not at all. `append` is write-behind; the row is stored with the commit.
 */
export interface AuditTrail {
  append(event: AuditEvent): void;
}
