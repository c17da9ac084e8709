import { describe, expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { DomainError } from '#domain/kernel';
import { anOrigin, at, FixedClock, newId } from '#domain/kernel/testing';
import { RefuseForgery } from './refuse-forgery.use-case.js';

const refusal = DomainError.forbidden('csrf-token-invalid', 'Forged');
const request = { refusal, route: 'PUT /api/v1/users/me', origin: anOrigin() };

describe('RefuseForgery', () => {
  it.each([
    ['a session, whose owner is not called the actor', { userId: newId(), sessionId: newId() }],
    ['none', null],
  ])('throws the refusal once it is on record, for %s', async (_what, session) => {
    const database = new InMemoryDatabase();
    const refuseForgery = new RefuseForgery(new InMemoryUnitOfWork(database), new FixedClock(at(0)));

    await expect(refuseForgery.execute({ ...request, session })).rejects.toBe(refusal);

    expect(database.tables.audit).toEqual([
      {
        action: 'session.forgery-refused',
        result: 'failure',
        occurredAt: at(0),
        origin: request.origin,
        ...session,
        reason: 'csrf-token-invalid',
        metadata: { route: request.route },
      },
    ]);
  });
});
