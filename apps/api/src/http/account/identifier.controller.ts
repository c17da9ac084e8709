import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RemoveIdentifier } from '#domain/identity';
import type { RequestOrigin } from '#domain/kernel';
import { ConfirmIdentifier, RequestIdentifierCode } from '#domain/otp';
import type { Principal } from '#domain/session';
import { Authenticated } from '../access/authenticated.decorator.js';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { PreferredLocale } from '../request/preferred-locale.js';
import { Origin } from '../request/request-origin.js';
import { CodeProofDto } from '../sign-in/sign-in.requests.js';
import { ChallengeDto, toChallenge } from '../sign-in/sign-in.responses.js';
import { IdParam } from '../validation/params.js';
import { IdentifierRequestDto } from './account.requests.js';
import { AccountDto, toAccount } from './account.responses.js';

@ApiTags('Own account')
@Controller('api/v1/users/me/identifiers')
@Authenticated()
export class IdentifierController {
  constructor(
    private readonly requestIdentifierCode: RequestIdentifierCode,
    private readonly confirmIdentifier: ConfirmIdentifier,
    private readonly removeIdentifier: RemoveIdentifier,
  ) {}

  @Post()
  @HttpCode(202)
  @SignInLimit()
  @ApiOperation({
    summary: 'Request a code to add an identifier, or to change one',
    description:
      'Nothing changes before the code is proved; then every address of the account is told, the old one too.',
  })
  @ApiResponse({ status: 202, type: ChallengeDto, description: 'A code is on its way.' })
  @ApiProblem(400, 'Refused', 'validation-failed', 'invalid-identifier', 'channel-unavailable')
  @ApiProblem(429, 'Too many', 'otp-throttled', 'rate-limited', 'address-blocked')
  async request(
    @Body() { identifier, channel = null, replaces }: IdentifierRequestDto,
    @PreferredLocale() locale: string | null,
    @CurrentPrincipal() { userId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<ChallengeDto> {
    const command = { userId, identifier, channel, locale, origin, ...(replaces && { replaces }) };
    return toChallenge(await this.requestIdentifierCode.execute(command));
  }

  @Post('verify')
  @HttpCode(200)
  @SignInLimit()
  @ApiOperation({ summary: 'Prove the code and add the identifier' })
  @ApiResponse({ status: 200, type: AccountDto, description: 'The account with the identifier.' })
  @ApiProblem(
    401,
    'The code is wrong, spent, replaced or too old',
    'otp-invalid',
    'otp-exhausted',
    'otp-expired',
  )
  @ApiProblem(404, 'The one to be replaced is gone', 'identifier-not-found')
  @ApiProblem(409, 'Proved, but not added', 'identifier-taken', 'too-many-identifiers')
  async confirm(
    @Body() proof: CodeProofDto,
    @CurrentPrincipal() { session }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<AccountDto> {
    return toAccount(await this.confirmIdentifier.execute({ ...proof, session, origin }));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove an identifier' })
  @ApiResponse({ status: 204, description: 'Removed.' })
  @ApiProblem(404, 'Not on this account', 'identifier-not-found')
  @ApiProblem(409, 'It is the only one', 'last-identifier')
  async remove(
    @Param() { id }: IdParam,
    @CurrentPrincipal() { userId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.removeIdentifier.execute({ userId, identifierId: id, origin });
  }
}
