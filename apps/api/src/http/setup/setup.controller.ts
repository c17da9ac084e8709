import { Body, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import {
  ApiExcludeEndpoint,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  ApiSchema,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { randomBytes } from 'node:crypto';
import { renderSetupPage, setupPageContentSecurityPolicy } from '#adapters/templates';
import { CompleteSetup } from '#domain/access';
import type { RequestOrigin } from '#domain/kernel';
import type { Principal } from '#domain/session';
import { Authenticated } from '../access/authenticated.decorator.js';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { Public } from '../access/public.decorator.js';
import { AccountDto, toAccount } from '../account/account.responses.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { Origin } from '../request/request-origin.js';
import { IsToken } from '../validation/text.js';

const TOKEN = /^[\w-]+$/;

@ApiSchema({ name: 'Setup' })
export class SetupDto {
  @ApiProperty({
    description: 'What follows the `#` in the printed link.',
    maxLength: 64,
    pattern: TOKEN.source,
  })
  @IsToken(64, TOKEN, 'a token as it was printed')
  readonly token!: string;
}

@ApiTags('Administration')
@Controller()
export class SetupController {
  constructor(private readonly completeSetup: CompleteSetup) {}

  /** The same for everybody, link or not: the token stays in the browser until it is posted. */
  @Get('setup')
  @Public()
  @ApiExcludeEndpoint()
  async page(@Res() reply: FastifyReply): Promise<void> {
    const nonce = randomBytes(16).toString('base64url');
    await reply
      .header('content-security-policy', setupPageContentSecurityPolicy(nonce))
      .type('text/html; charset=utf-8')
      .send(renderSetupPage(nonce));
  }

  @Post('api/v1/setup/administrator')
  @HttpCode(200)
  @Authenticated()
  @SignInLimit()
  @ApiOperation({
    summary: 'Become the first administrator',
    description: 'With the token of the link that a start prints while there is no administrator.',
  })
  @ApiResponse({ status: 200, type: AccountDto, description: 'The account, which is an administrator now.' })
  @ApiProblem(403, 'Spent, expired or never printed', 'invalid-setup-token')
  @ApiProblem(409, 'Somebody else was first', 'administrator-exists')
  async complete(
    @Body() { token }: SetupDto,
    @CurrentPrincipal() { userId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<AccountDto> {
    return toAccount(await this.completeSetup.execute({ token, userId, origin }));
  }
}
