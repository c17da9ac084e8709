import { describeOtpChallengesContract } from '#domain/otp/testing';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

describeOtpChallengesContract('in memory', () => ({
  unitOfWork: new InMemoryUnitOfWork(new InMemoryDatabase()),
}));
