import { describeDeliveryLogContract } from '#domain/notification/testing';
import { InMemoryDeliveryLog } from './in-memory-delivery-log.js';

describeDeliveryLogContract('in memory', () => new InMemoryDeliveryLog());
