import { describePasswordAttemptsContract, describePasswordsContract } from '#domain/credentials/testing';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryPasswordAttempts } from './in-memory-passwords.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

const makeSubject = () => {
  const database = new InMemoryDatabase();
  return {
    unitOfWork: new InMemoryUnitOfWork(database),
    attempts: new InMemoryPasswordAttempts(database),
  };
};

describePasswordsContract('in memory', makeSubject);
describePasswordAttemptsContract('in memory', makeSubject);
