import { describeAuditLogContract } from '#domain/audit/testing';
import { InMemoryAuditLog } from './in-memory-audit-log.js';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

describeAuditLogContract('in memory', () => {
  const database = new InMemoryDatabase();
  return { unitOfWork: new InMemoryUnitOfWork(database), log: new InMemoryAuditLog(database) };
});
