import { describeAccountSearchContract } from '#domain/identity/testing';
import { InMemoryAccountSearch } from './in-memory-account-search.js';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

describeAccountSearchContract('in memory', () => {
  const database = new InMemoryDatabase();
  return { unitOfWork: new InMemoryUnitOfWork(database), search: new InMemoryAccountSearch(database) };
});
