import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequestPasswordReset, ResetPassword } from '#domain/credentials';
import { Secret, type RequestOrigin } from '#domain/kernel';
import { Public } from '../access/public.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { PreferredLocale } from '../request/preferred-locale.js';
import { Origin } from '../request/request-origin.js';
import { PasswordResetDto, PasswordResetRequestDto } from './registration.requests.js';

@ApiTags('Registration')
@Controller('api/v1/auth/password')
export class PasswordRecoveryController {
  constructor(
    private readonly requestPasswordReset: RequestPasswordReset,
    private readonly resetPassword: ResetPassword,
  ) {}

  @Post('forgot')
  @HttpCode(202)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Request a link to choose a new password',
    description: 'Answers the same for an address that has an account and for one that has none.',
  })
  @ApiResponse({ status: 202, description: 'Whoever has an account with the address is written to.' })
  @ApiProblem(400, 'Refused', 'validation-failed', 'invalid-identifier', 'channel-unavailable')
  async forgot(
    @Body() { identifier }: PasswordResetRequestDto,
    @PreferredLocale() locale: string | null,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.requestPasswordReset.execute({ identifier, locale, origin });
  }

  @Post('reset')
  @HttpCode(204)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Choose a new password with a mailed link',
    description: 'Every session of the account ends and none begins: sign in with the new password.',
  })
  @ApiResponse({ status: 204, description: 'The password is in force.' })
  @ApiProblem(
    400,
    'Refused; the link stays good',
    'validation-failed',
    'password-too-short',
    'password-too-long',
    'password-too-weak',
    'password-breached',
    'password-composition',
  )
  @ApiProblem(401, 'The link is wrong, spent, replaced or too old', 'link-invalid', 'link-expired')
  @ApiProblem(503, 'Try again after `Retry-After`', 'hashing-busy', 'database-unavailable')
  async reset(@Body() { token, password }: PasswordResetDto, @Origin() origin: RequestOrigin): Promise<void> {
    await this.resetPassword.execute({ token, password: new Secret(password), origin });
  }
}
