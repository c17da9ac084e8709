import { describeAuditCursorsContract, describeAuditFeedContract } from '#domain/audit/testing';
import { InMemoryAuditCursors } from './in-memory-audit-cursors.js';
import { InMemoryAuditFeed } from './in-memory-audit-feed.js';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryDeadLetters } from './in-memory-dead-letters.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

describeAuditFeedContract('in memory', () => {
  const database = new InMemoryDatabase();
  const unitOfWork = new InMemoryUnitOfWork(database);
  return {
    feed: new InMemoryAuditFeed(database),
    append: (event) => unitOfWork.run(({ audit }) => Promise.resolve(audit.append(event))),
  };
});

describeAuditCursorsContract('in memory', () => {
  const database = new InMemoryDatabase();
  return {
    cursors: new InMemoryAuditCursors(database),
    letters: new InMemoryDeadLetters(database),
    unitOfWork: new InMemoryUnitOfWork(database),
  };
});
