import { token } from '#domain/kernel';
import type { AuditEvent, AuditResult } from '../model/audit-event.js';

/** An event with the id under which it was stored. */
export interface AuditRecord extends AuditEvent {
  readonly id: string;
}

/** A place in the order of the log. */
export interface AuditPlace {
  readonly occurredAt: Date;
  readonly id: string;
}

/** Null for what does not matter; what is given must all hold. */
export interface AuditQuery {
  readonly userId: string | null;
  readonly actorId: string | null;
  /** As in `AuditAction`; one that never happened finds nothing. */
  readonly action: string | null;
  readonly result: AuditResult | null;
  /** An address, or a network in CIDR notation. */
  readonly address: string | null;
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly from: Date | null;
  /** Exclusive. */
  readonly to: Date | null;
  /** One entry of the metadata. A value that reads as a number or a truth value matches that, too; a list matches each of its values. */
  readonly metadata: { readonly key: string; readonly value: string } | null;
  readonly after: AuditPlace | null;
  readonly limit: number;
}

export interface AuditPage {
  /** Newest first. */
  readonly records: readonly AuditRecord[];
  /** Null on the last page. */
  readonly next: AuditPlace | null;
}

/** The security record, for reading. Pages hold together while it grows. */
export interface AuditLog {
  search(query: AuditQuery): Promise<AuditPage>;
}

export const AUDIT_LOG = token<AuditLog>('AuditLog');
