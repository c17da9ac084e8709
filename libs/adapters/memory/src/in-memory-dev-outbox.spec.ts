import { describeDevOutboxContract } from '#domain/notification/testing';
import { InMemoryDevOutbox } from './in-memory-dev-outbox.js';

describeDevOutboxContract('in memory', () => new InMemoryDevOutbox());
