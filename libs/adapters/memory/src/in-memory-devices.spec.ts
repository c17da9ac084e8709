import { describeDevicesContract, describeDeviceStoreContract } from '#domain/session/testing';
import { InMemoryDatabase } from './in-memory-database.js';
import { InMemoryDeviceStore } from './in-memory-devices.js';
import { InMemoryUnitOfWork } from './in-memory-unit-of-work.js';

const makeSubject = () => {
  const database = new InMemoryDatabase();
  return {
    unitOfWork: new InMemoryUnitOfWork(database),
    store: new InMemoryDeviceStore(database),
    someoneWaits: () => new Promise<void>((resolve) => setImmediate(resolve)),
  };
};

describeDevicesContract('in memory', makeSubject);
describeDeviceStoreContract('in memory', makeSubject);
