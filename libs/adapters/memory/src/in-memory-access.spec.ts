import {
  describeAdministratorsContract,
  describeRolesContract,
  describeSetupTokensContract,
} from '#domain/access/testing';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryRoleDirectory } from './in-memory-roles.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

const inMemory = () => {
  const database = new InMemoryDatabase();
  return {
    unitOfWork: new InMemoryUnitOfWork(database),
    roleDirectory: new InMemoryRoleDirectory(database),
  };
};

describeRolesContract('in memory', inMemory);
describeAdministratorsContract('in memory', inMemory);
describeSetupTokensContract('in memory', inMemory);
