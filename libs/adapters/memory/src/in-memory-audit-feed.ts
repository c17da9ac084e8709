import type { AuditFeed, SettledRows } from '#domain/audit';
import type { InMemoryDatabase } from './in-memory-database.js';
import { trailRowOf } from './in-memory-trail-row.js';

/** Transactions take turns, so what is committed is settled. */
export class InMemoryAuditFeed implements AuditFeed {
  constructor(private readonly database: InMemoryDatabase) {}

  next(after: number, limit: number): Promise<SettledRows | null> {
    const { audit } = this.database.tables;
    const rows = audit
      .slice(after, after + limit)
      .map((event, index) => trailRowOf(after + index + 1, event));
    return Promise.resolve(rows.length > 0 ? { rows, upTo: after + rows.length } : null);
  }
}
