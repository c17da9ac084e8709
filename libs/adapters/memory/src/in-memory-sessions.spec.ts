import { describeSessionsContract } from '#domain/session/testing';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemorySessionStore } from './in-memory-session-store.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

describeSessionsContract('in memory', () => {
  const database = new InMemoryDatabase();
  return {
    unitOfWork: new InMemoryUnitOfWork(database),
    store: new InMemorySessionStore(database),
    someoneWaits: () => new Promise((resolve) => setImmediate(resolve)),
  };
});
