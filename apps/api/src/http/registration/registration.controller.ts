import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOperation, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RegisterWithPassword, ResendVerification, VerifyEmail } from '#domain/credentials';
import { Secret, type RequestOrigin } from '#domain/kernel';
import { RequestSignInCode } from '#domain/otp';
import { Public } from '../access/public.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { PreferredLocale } from '../request/preferred-locale.js';
import { Origin } from '../request/request-origin.js';
import { ChallengeDto, toChallenge } from '../sign-in/sign-in.responses.js';
import {
  EmailVerificationDto,
  PasswordRegistrationDto,
  RegistrationDto,
  RegistrationForm,
  VerificationRequestDto,
} from './registration.requests.js';
import {
  PendingAccountDto,
  toPendingAccount,
  toVerifiedAccount,
  VerifiedAccountDto,
} from './registration.responses.js';

@ApiTags('Registration')
@Controller('api/v1/auth')
export class RegistrationController {
  constructor(
    private readonly requestSignInCode: RequestSignInCode,
    private readonly registerWithPassword: RegisterWithPassword,
    private readonly verifyEmail: VerifyEmail,
    private readonly resendVerification: ResendVerification,
  ) {}

  @Post('register')
  @HttpCode(202)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Register: with a code, or with a password',
    description:
      'With an `identifier`: a code is sent, and proving it signs in, to the account that there is or to a new one. With `email` and `password`: an account that is pending until the mailed link is used. Either way the answer is the same for an address that has an account already; its owner is told by mail. `identifier-taken` is answered only where the deployment chose plain answers.',
  })
  @ApiExtraModels(RegistrationDto, PasswordRegistrationDto)
  @ApiBody({
    schema: {
      oneOf: [{ $ref: getSchemaPath(RegistrationDto) }, { $ref: getSchemaPath(PasswordRegistrationDto) }],
    },
  })
  @ApiResponse({
    status: 201,
    type: PendingAccountDto,
    description: 'With a password: a link is on its way.',
  })
  @ApiResponse({ status: 202, type: ChallengeDto, description: 'A code is on its way.' })
  @ApiProblem(
    400,
    'Refused',
    'validation-failed',
    'invalid-identifier',
    'invalid-username',
    'channel-unavailable',
    'password-too-short',
    'password-too-long',
    'password-too-weak',
    'password-breached',
    'password-composition',
  )
  @ApiProblem(403, 'Nobody can register', 'sign-up-closed')
  @ApiProblem(409, 'Belongs to somebody else', 'username-taken', 'identifier-taken')
  @ApiProblem(429, 'Too many', 'otp-throttled', 'registration-throttled', 'rate-limited', 'address-blocked')
  @ApiProblem(503, 'Try again after `Retry-After`', 'hashing-busy', 'database-unavailable')
  async register(
    @Body(RegistrationForm) form: RegistrationDto | PasswordRegistrationDto,
    @PreferredLocale() preferred: string | null,
    @Origin() origin: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChallengeDto | PendingAccountDto> {
    const locale = form.locale ?? preferred;
    const profile = { displayName: form.displayName ?? null, locale };
    if ('identifier' in form) {
      const { identifier } = form;
      const command = { identifier, channel: null, purpose: 'register', profile, locale, origin } as const;
      return toChallenge(await this.requestSignInCode.execute(command));
    }
    const { email, username = null } = form;
    const password = new Secret(form.password);
    const registered = await this.registerWithPassword.execute({
      email,
      password,
      username,
      profile,
      origin,
    });
    reply.status(201);
    return toPendingAccount(registered);
  }

  @Post('verify-email')
  @HttpCode(200)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Use the link that a registration was answered with',
    description: 'Activates the account and signs nobody in.',
  })
  @ApiResponse({ status: 200, type: VerifiedAccountDto, description: 'The account is active.' })
  @ApiProblem(401, 'The link is wrong, spent, replaced or too old', 'link-invalid', 'link-expired')
  async verify(
    @Body() { token }: EmailVerificationDto,
    @Origin() origin: RequestOrigin,
  ): Promise<VerifiedAccountDto> {
    return toVerifiedAccount(await this.verifyEmail.execute({ token, origin }));
  }

  @Post('verify-email/resend')
  @HttpCode(202)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Request another link in place of the older one',
    description:
      'Answers the same whatever there is of the address. Where it was registered several times, register again instead.',
  })
  @ApiResponse({ status: 202, description: 'Whoever waits for a link is written to.' })
  @ApiProblem(400, 'Refused', 'validation-failed', 'invalid-identifier', 'channel-unavailable')
  async resend(
    @Body() { email }: VerificationRequestDto,
    @PreferredLocale() locale: string | null,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.resendVerification.execute({ email, locale, origin });
  }
}
