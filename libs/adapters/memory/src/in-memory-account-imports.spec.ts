import { describeAccountImportsContract } from '#domain/administration/testing';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

describeAccountImportsContract('in memory', () => ({
  unitOfWork: new InMemoryUnitOfWork(new InMemoryDatabase()),
}));
