import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ChangePassword } from '#domain/credentials';
import { Secret, type RequestOrigin } from '#domain/kernel';
import type { Principal } from '#domain/session';
import { Authenticated } from '../access/authenticated.decorator.js';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { Origin } from '../request/request-origin.js';
import { PasswordChangeDto } from './password.requests.js';

@ApiTags('Own account')
@Controller('api/v1/users/password')
@Authenticated()
export class PasswordController {
  constructor(private readonly changePassword: ChangePassword) {}

  @Post('change')
  @HttpCode(204)
  @SignInLimit()
  @ApiOperation({
    summary: 'Change the own password, or set the first one',
    description: 'Every other session ends.',
  })
  @ApiResponse({ status: 204, description: 'Changed.' })
  @ApiProblem(
    400,
    'Refused',
    'validation-failed',
    'password-too-short',
    'password-too-long',
    'password-too-weak',
    'password-breached',
    'password-composition',
  )
  @ApiProblem(403, 'Not proved', 'wrong-current-password', 'reauthentication-required')
  @ApiProblem(429, 'Too many', 'too-many-attempts', 'sign-in-locked', 'rate-limited', 'address-blocked')
  @ApiProblem(503, 'Too many sign-ins at once', 'hashing-busy')
  async change(
    @Body() { currentPassword = null, newPassword }: PasswordChangeDto,
    @CurrentPrincipal() { session }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.changePassword.execute({
      session,
      currentPassword: currentPassword === null ? null : new Secret(currentPassword),
      newPassword: new Secret(newPassword),
      origin,
    });
  }
}
