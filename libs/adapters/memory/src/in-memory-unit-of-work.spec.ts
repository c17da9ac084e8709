import { describeUnitOfWorkContract } from '#domain/otp/testing';
import { InMemoryAccountDirectory } from './in-memory-accounts.js';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemorySessionStore } from './in-memory-session-store.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

describeUnitOfWorkContract('in memory', () => {
  const database = new InMemoryDatabase();
  return {
    unitOfWork: new InMemoryUnitOfWork(database),
    directory: new InMemoryAccountDirectory(database),
    sessions: new InMemorySessionStore(database),
    audited: async (requestId) =>
      database.tables.audit.filter(({ origin }) => origin.requestId === requestId),
    published: async (eventId) => database.tables.outbox.find(({ event }) => event.id === eventId),
  };
});
