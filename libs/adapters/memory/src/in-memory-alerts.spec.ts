import { describeAlertsContract, describeRaisingAlerts } from '#domain/alerting/testing';
import { SequentialIds } from '#domain/kernel/testing';
import {
  InMemoryAlertStore,
  InMemoryAuditCursors,
  InMemoryAuditFeed,
  InMemoryDatabase,
  InMemoryUnitOfWork,
} from './index.js';

describeAlertsContract('memory', () => {
  const database = new InMemoryDatabase();
  return { unitOfWork: new InMemoryUnitOfWork(database), store: new InMemoryAlertStore(database) };
});

describeRaisingAlerts('memory', () => {
  const database = new InMemoryDatabase();
  const unitOfWork = new InMemoryUnitOfWork(database);
  return {
    feed: () => new InMemoryAuditFeed(database),
    cursors: new InMemoryAuditCursors(database),
    store: new InMemoryAlertStore(database),
    unitOfWork,
    ids: new SequentialIds(),
    append: (events) => unitOfWork.run(async ({ audit }) => events.forEach((event) => audit.append(event))),
    lastPosition: async () => database.tables.audit.length,
    outbox: async () => database.tables.outbox.map(({ event }) => event),
  };
});
