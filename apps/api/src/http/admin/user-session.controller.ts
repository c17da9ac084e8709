import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { EndAccountSessions, ShowAccount } from '#domain/administration';
import type { RequestOrigin } from '#domain/kernel';
import { AssessTrust, ListSessions, type Principal } from '#domain/session';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { Origin } from '../request/request-origin.js';
import { pageOfSessions } from '../sessions/newest-first.js';
import { SessionPageDto, toAssessedSession } from '../sessions/session.responses.js';
import { IdParam, PageQuery } from '../validation/params.js';
import { ReasonQuery, UserSessionParam } from './user.requests.js';

@ApiTags('Administration')
@Controller('api/v1/admin/users/:id/sessions')
export class UserSessionController {
  constructor(
    private readonly showAccount: ShowAccount,
    private readonly listSessions: ListSessions,
    private readonly assessTrust: AssessTrust,
    private readonly endAccountSessions: EndAccountSessions,
  ) {}

  @Get()
  @RequirePermission('sessions:read')
  @ApiOperation({ summary: 'The live sessions of an account, newest first' })
  @ApiResponse({ status: 200, type: SessionPageDto, description: 'One page of them.' })
  @ApiProblem(404, 'Not there', 'user-not-found')
  async list(
    @Param() { id }: IdParam,
    @Query() query: PageQuery,
    @CurrentPrincipal() { session: current }: Principal,
  ): Promise<SessionPageDto> {
    await this.showAccount.execute(id);
    const { items, nextCursor } = pageOfSessions(await this.listSessions.execute(id), query);
    return {
      items: items.map((session) => toAssessedSession(session, current.id, this.assessTrust)),
      nextCursor,
    };
  }

  @Delete()
  @HttpCode(204)
  @RequirePermission('sessions:revoke')
  @ApiOperation({ summary: 'End all sessions of an account' })
  @ApiResponse({ status: 204, description: 'Ended.' })
  @ApiProblem(403, 'Not within the own rights', 'permission-denied', 'exceeds-own-permissions')
  @ApiProblem(404, 'Not there', 'user-not-found')
  async endAll(
    @Param() { id: userId }: IdParam,
    @Query() { reason = null }: ReasonQuery,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.endAccountSessions.execute({ actorId, userId, selection: 'all', reason, origin });
  }

  @Delete(':sessionId')
  @HttpCode(204)
  @RequirePermission('sessions:revoke')
  @ApiOperation({ summary: 'End one session of an account' })
  @ApiResponse({ status: 204, description: 'Ended.' })
  @ApiProblem(403, 'Not within the own rights', 'permission-denied', 'exceeds-own-permissions')
  @ApiProblem(404, 'Not there', 'user-not-found', 'session-not-found')
  async end(
    @Param() { id: userId, sessionId }: UserSessionParam,
    @Query() { reason = null }: ReasonQuery,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const selection = { only: sessionId };
    await this.endAccountSessions.execute({ actorId, userId, selection, reason, origin });
  }
}
