import { describe, expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { Permission } from '#domain/access';
import { anOrigin, at, FixedClock } from '#domain/kernel/testing';
import { aSession } from '#domain/session/testing';
import { RefuseAccess } from './refuse-access.use-case.js';

describe('RefuseAccess', () => {
  it('has the attempt on record when it refuses', async () => {
    const database = new InMemoryDatabase();
    const session = aSession();
    const refusal = new RefuseAccess(new InMemoryUnitOfWork(database), new FixedClock(at(5))).execute({
      principal: { userId: session.userId, roles: ['user'], session },
      wanted: Permission.of('users:read'),
      route: 'GET /api/v1/admin/users/:id',
      origin: anOrigin(),
    });
    await expect(refusal).rejects.toMatchObject({ kind: 'forbidden', code: 'permission-denied' });
    expect(database.tables.audit).toEqual([
      {
        action: 'access.denied',
        result: 'failure',
        occurredAt: at(5),
        origin: anOrigin(),
        actorId: session.userId,
        sessionId: session.id,
        reason: 'permission-denied',
        metadata: { permission: 'users:read', route: 'GET /api/v1/admin/users/:id' },
      },
    ]);
  });
});
