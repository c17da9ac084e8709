import type { AuditLog, AuditPage, AuditQuery } from '../ports/audit-log.port.js';

export class SearchAuditLog {
  constructor(private readonly log: AuditLog) {}

  execute(query: AuditQuery): Promise<AuditPage> {
    return this.log.search(query);
  }
}
