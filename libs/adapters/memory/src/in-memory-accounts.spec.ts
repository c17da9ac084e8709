import { describeAccountsContract } from '#domain/identity/testing';
import { InMemoryAccountDirectory } from './in-memory-accounts.js';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

describeAccountsContract('in memory', () => {
  const database = new InMemoryDatabase();
  return {
    unitOfWork: new InMemoryUnitOfWork(database),
    directory: new InMemoryAccountDirectory(database),
    someoneWaits: () => new Promise((resolve) => setImmediate(resolve)),
  };
});
