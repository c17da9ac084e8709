import type { DomainEvent } from '#domain/kernel';
import { at } from './instants.js';
import { newId } from './sequential-ids.js';

export const anEvent = (overrides: Partial<DomainEvent> = {}): DomainEvent => ({
  id: newId(),
  type: 'user.registered',
  occurredAt: at(0),
  payload: { to: 'ada@example.com' },
  ...overrides,
});
