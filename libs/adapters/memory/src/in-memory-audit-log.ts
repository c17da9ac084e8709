import { BlockList, isIPv6 } from 'node:net';
import type { AuditLog, AuditPage, AuditQuery, AuditRecord } from '#domain/audit';
import type { InMemoryDatabase } from './in-memory-database.js';

export class InMemoryAuditLog implements AuditLog {
  constructor(private readonly database: InMemoryDatabase) {}

  async search(query: AuditQuery): Promise<AuditPage> {
    const { after, limit } = query;
    const rest = this.database.tables.audit
      .map((event, index): AuditRecord => ({ ...event, id: idOf(index) }))
      .filter((record) => passes(record, query))
      .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
      .filter((record) => after === null || placeOf(record) < placeOf(after));
    const records = rest.slice(0, limit);
    const last = rest.length > limit ? records.at(-1) : undefined;
    return { records, next: last ? { occurredAt: last.occurredAt, id: last.id } : null };
  }
}

/** Ascending, as the real ones are. */
const idOf = (index: number): string => `00000000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;

const placeOf = ({ occurredAt, id }: Pick<AuditRecord, 'occurredAt' | 'id'>): string =>
  `${occurredAt.toISOString()} ${id}`;

function passes(record: AuditRecord, query: AuditQuery): boolean {
  const { metadata, address, from, to } = query;
  return (
    (query.userId === null || record.userId === query.userId) &&
    (query.actorId === null || record.actorId === query.actorId) &&
    (query.action === null || record.action === query.action) &&
    (query.result === null || record.result === query.result) &&
    (query.requestId === null || record.origin.requestId === query.requestId) &&
    (query.traceId === null || record.origin.traceId === query.traceId) &&
    (from === null || record.occurredAt >= from) &&
    (to === null || record.occurredAt < to) &&
    (address === null || isWithin(record.origin.address, address)) &&
    (metadata === null || hasEntry(record, metadata.key, metadata.value))
  );
}

function hasEntry({ metadata = {} }: AuditRecord, key: string, value: string): boolean {
  return Object.hasOwn(metadata, key) && [metadata[key]].flat().map(String).includes(value);
}

function isWithin(address: string, network: string): boolean {
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const [base = '', bits = family === 'ipv6' ? '128' : '32'] = network.split('/');
  if (isIPv6(base) !== isIPv6(address)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), family);
  return list.check(address, family);
}
