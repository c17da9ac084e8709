import { Controller, Get } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { CheckPermission, RefuseAccess, type RolePermissions } from '#domain/access';
import { permissions } from '#domain/access/testing';
import { FixedClock } from '#domain/kernel/testing';
import { AuthenticateRequest } from '#domain/session';
import { aSession } from '#domain/session/testing';
import { createLogger } from '../../logging/index.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AccessGuard } from './access.guard.js';
import { Authenticated } from './authenticated.decorator.js';
import { CookieAuthentication } from './cookie-authentication.js';
import { Public } from './public.decorator.js';
import { RequirePermission } from './require-permission.decorator.js';

@Controller('silent')
class SaysNothing {
  @Get()
  get(): string {
    return 'reached';
  }

  @Get('public')
  @Public()
  public(): string {
    return 'reached';
  }
}

@Controller('own')
@Authenticated()
class SaysItForAll {
  @Get()
  get(): string {
    return 'reached';
  }

  @Get('public')
  @Public()
  public(): string {
    return 'reached';
  }

  @Get('users/:id')
  @RequirePermission('users:read')
  users(): string {
    return 'reached';
  }
}

/** The same handlers, of which one says nothing itself. */
@Controller('heir')
@Public()
class SaysOtherwise extends SaysItForAll {}

const session = aSession();
const known: RolePermissions = new Map([['reader', permissions('users:read')]]);

describe.each([
  ['at hand', <T>(answer: T): T | Promise<T> => answer],
  ['still to be read', <T>(answer: T): T | Promise<T> => Promise.resolve(answer)],
])('AccessGuard, with what it goes by %s', (_where, given) => {
  const database = new InMemoryDatabase();
  let roles: readonly string[] = [];
  let app: NestFastifyApplication;

  beforeAll(async () => {
    const principal = () => given({ userId: session.userId, session, roles });
    const refuseAccess = new RefuseAccess(new InMemoryUnitOfWork(database), new FixedClock());
    const testing = await Test.createTestingModule({
      controllers: [SaysNothing, SaysItForAll, SaysOtherwise],
      providers: [
        AccessTokenStrategy,
        { provide: AuthenticateRequest, useValue: { execute: principal } },
        { provide: CookieAuthentication, useValue: { execute: () => null } },
        { provide: CheckPermission, useValue: new CheckPermission({ read: () => given(known) }) },
        { provide: RefuseAccess, useValue: refuseAccess },
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
    }).compile();
    app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
    app.useGlobalFilters(new ProblemFilter(createLogger({ logLevel: 'fatal' })));
    await app.init();
  });
  afterAll(() => app.close());

  const call = async (url: string, headers: Record<string, string>): Promise<string> => {
    const { statusCode, body } = await app.inject({ url, headers });
    return statusCode === 200 ? body : `${statusCode} ${JSON.parse(body).code}`;
  };
  const stranger = (url: string) => call(url, {});
  const somebodyWith = (withRoles: readonly string[], url: string) => {
    roles = withRoles;
    return call(url, { authorization: 'Bearer token' });
  };

  it('keeps a route closed to everybody that does not say whom it is for', async () => {
    expect(await stranger('/silent')).toBe('403 route-closed');
    expect(await somebodyWith(['reader'], '/silent')).toBe('403 route-closed');
    expect(await stranger('/silent/public')).toBe('reached');
  });

  it('goes by what the controller says for all its routes', async () => {
    expect(await stranger('/own')).toBe('401 token-missing');
    expect(await somebodyWith([], '/own')).toBe('reached');
  });

  it('goes by what a route says itself before what its controller says', async () => {
    expect(await stranger('/own/public')).toBe('reached');
    expect(await stranger('/own/users/7')).toBe('401 token-missing');
    expect(await somebodyWith(['user'], '/own/users/7')).toBe('403 permission-denied');
    expect(await somebodyWith(['user', 'reader'], '/own/users/7')).toBe('reached');
  });

  it('does not take what one controller says for what another does that shares its handlers', async () => {
    expect(await stranger('/own')).toBe('401 token-missing');
    expect(await stranger('/heir')).toBe('reached');
    expect(await stranger('/own')).toBe('401 token-missing');
    expect(await somebodyWith(['user'], '/heir/users/7')).toBe('403 permission-denied');
  });

  it('puts a refusal on record with the route and not the address that was called', async () => {
    const before = database.tables.audit.length;
    await somebodyWith([], '/own/users/ada@example.com?secret=1');
    expect(database.tables.audit.slice(before)).toMatchObject([
      {
        action: 'access.denied',
        actorId: session.userId,
        metadata: { permission: 'users:read', route: 'GET /own/users/:id' },
      },
    ]);
  });
});

describe('A route', () => {
  it.each([
    ['public and for whoever is signed in', Authenticated],
    ['public and for holders of a permission', () => RequirePermission('users:read')],
  ])('cannot say that it is %s', (_what, decorate) => {
    const define = () => {
      class Contradiction {
        @decorate()
        @Public()
        contradict(): void {
          return undefined;
        }
      }
      return Contradiction;
    };
    expect(define).toThrow('A route says twice whom it is for');
  });
});
