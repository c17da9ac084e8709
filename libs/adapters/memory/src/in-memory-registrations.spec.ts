import { describeAddressLinksContract, describeRegistrationsContract } from '#domain/credentials/testing';
import { InMemoryAccountDirectory } from './in-memory-accounts.js';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryExpiredRegistrations } from './in-memory-registrations.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

const makeSubject = () => {
  const database = new InMemoryDatabase();
  return {
    unitOfWork: new InMemoryUnitOfWork(database),
    directory: new InMemoryAccountDirectory(database),
    expired: new InMemoryExpiredRegistrations(database),
  };
};

describeRegistrationsContract('in memory', makeSubject);
describeAddressLinksContract('in memory', makeSubject);
