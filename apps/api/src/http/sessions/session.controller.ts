import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DomainError, type RequestOrigin } from '#domain/kernel';
import { AssessTrust, EndSessions, ListSessions, RefreshSession, type Principal } from '#domain/session';
import { Authenticated } from '../access/authenticated.decorator.js';
import { CurrentPrincipal, principalOf } from '../access/current-principal.decorator.js';
import { Public } from '../access/public.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { HttpExchange, type Exchange } from '../request/exchange.js';
import { Origin } from '../request/request-origin.js';
import { ApiRefreshed } from '../sign-in/api-signed-in.decorator.js';
import { CsrfTokenDto, type CookieTokensDto, type TokensDto } from '../sign-in/sign-in.responses.js';
import { TokenTransport } from '../sign-in/token-transport.js';
import { IdParam, PageQuery } from '../validation/params.js';
import { pageOfSessions } from './newest-first.js';
import { LogoutDto, RefreshDto } from './session.requests.js';
import {
  CurrentSessionDto,
  SessionPageDto,
  toAssessedSession,
  toCurrentSession,
} from './session.responses.js';

@ApiTags('Sessions')
@Controller('api/v1')
@Authenticated()
export class SessionController {
  constructor(
    private readonly refreshSession: RefreshSession,
    private readonly endSessions: EndSessions,
    private readonly listSessions: ListSessions,
    private readonly assessTrust: AssessTrust,
    private readonly transport: TokenTransport,
  ) {}

  /** The hot path. All that it answers came with the check of the token; from the request, without a pipe. */
  @Get('auth/session')
  @ApiOperation({ summary: 'The session behind the access token' })
  @ApiResponse({ status: 200, type: CurrentSessionDto, description: 'The session, and whose it is.' })
  current(@Req() request: FastifyRequest): CurrentSessionDto {
    return toCurrentSession(principalOf(request), this.assessTrust);
  }

  @Post('auth/refresh')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'Exchange a refresh token for new tokens',
    description:
      'A refresh token is good for one exchange. Repeating it within a few seconds gives the same successor; ' +
      'using it later ends the session, because two parties must hold it. Without one in the body, the cookie ' +
      'and the `X-CSRF-Token` header are taken.',
  })
  @ApiBody({ type: RefreshDto, required: false })
  @ApiRefreshed()
  @ApiProblem(400, 'There is none', 'refresh-token-missing', 'validation-failed', 'ambiguous-cookie')
  @ApiProblem(401, 'Refused', 'invalid-refresh-token')
  @ApiProblem(403, 'Cookies from elsewhere', 'csrf-token-invalid', 'cross-site-request')
  refresh(
    @Body() { refreshToken: fromBody }: RefreshDto,
    @Origin() origin: RequestOrigin,
    @HttpExchange() exchange: Exchange,
  ): Promise<TokensDto | CookieTokensDto> {
    return this.transport.refresh(exchange, fromBody, (refreshToken) =>
      this.refreshSession.execute({ refreshToken, origin }),
    );
  }

  @Get('auth/csrf')
  @Public()
  @ApiOperation({
    summary: 'The CSRF token that goes with the cookies',
    description: 'For pages of another host, which cannot read the cookie that holds it.',
  })
  @ApiResponse({ status: 200, type: CsrfTokenDto, description: 'The current one.' })
  csrf(@HttpExchange() exchange: Exchange): CsrfTokenDto {
    return { csrfToken: this.transport.csrfToken(exchange) };
  }

  @Post('auth/logout')
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session, or all sessions of the account' })
  @ApiBody({ type: LogoutDto, required: false })
  @ApiResponse({ status: 204, description: 'Ended.' })
  async logout(
    @Body() { all }: LogoutDto,
    @CurrentPrincipal() { userId, session }: Principal,
    @Origin() origin: RequestOrigin,
    @HttpExchange() exchange: Exchange,
  ): Promise<void> {
    const selection = all ? 'all' : { only: session.id };
    try {
      await this.endSessions.execute({ userId, selection, reason: 'signed-out', origin });
    } catch (error) {
      // A parallel request was faster, and the outcome is what was asked for.
      if (!(error instanceof DomainError && error.code === 'session-not-found')) throw error;
    }
    this.transport.signOut(exchange);
  }

  @Get('sessions')
  @ApiOperation({ summary: 'The live sessions of the account, newest first' })
  @ApiResponse({ status: 200, type: SessionPageDto, description: 'One page of them.' })
  async list(
    @Query() query: PageQuery,
    @CurrentPrincipal() { userId, session: current }: Principal,
  ): Promise<SessionPageDto> {
    const { items, nextCursor } = pageOfSessions(await this.listSessions.execute(userId), query);
    return {
      items: items.map((session) => toAssessedSession(session, current.id, this.assessTrust)),
      nextCursor,
    };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End one session of the account' })
  @ApiResponse({ status: 204, description: 'Ended.' })
  @ApiProblem(404, 'No live session of this account', 'session-not-found')
  async end(
    @Param() { id }: IdParam,
    @CurrentPrincipal() { userId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.endSessions.execute({ userId, selection: { only: id }, reason: 'ended-by-user', origin });
  }

  @Delete('sessions')
  @HttpCode(204)
  @ApiOperation({ summary: 'End all sessions of the account but this one' })
  @ApiResponse({ status: 204, description: 'Ended.' })
  async endOthers(
    @CurrentPrincipal() { userId, session }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    const selection = { allExcept: session.id };
    await this.endSessions.execute({ userId, selection, reason: 'ended-by-user', origin });
  }
}
