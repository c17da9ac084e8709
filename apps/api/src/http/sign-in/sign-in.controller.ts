import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { RequestOrigin } from '#domain/kernel';
import { RequestSignInCode, SignInWithCode } from '#domain/otp';
import { Public } from '../access/public.decorator.js';
import { toAccount } from '../account/account.responses.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { PreferredLocale } from '../request/preferred-locale.js';
import { Origin } from '../request/request-origin.js';
import { toSession } from '../sessions/session.responses.js';
import { CodeProofDto, CodeRequestDto, RegistrationDto } from './sign-in.requests.js';
import { ChallengeDto, SignInDto, toChallenge, toTokens } from './sign-in.responses.js';

/** One answer for everybody: nothing in it tells whether the identifier has an account. */
@ApiTags('Sign-in')
@Controller('api/v1/auth')
export class SignInController {
  constructor(
    private readonly requestSignInCode: RequestSignInCode,
    private readonly signInWithCode: SignInWithCode,
  ) {}

  @Post('login/init')
  @HttpCode(202)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Request a code to sign in',
    description: 'Answers the same for an identifier that has an account and for one that has none.',
  })
  @ApiResponse({ status: 202, type: ChallengeDto, description: 'A code is on its way.' })
  @ApiProblem(400, 'Refused', 'validation-failed', 'invalid-identifier', 'channel-unavailable')
  @ApiProblem(429, 'Too many', 'otp-throttled', 'rate-limited', 'address-blocked')
  async init(
    @Body() { identifier, channel = null }: CodeRequestDto,
    @PreferredLocale() locale: string | null,
    @Origin() origin: RequestOrigin,
  ): Promise<ChallengeDto> {
    const profile = { displayName: null, locale };
    const command = { identifier, channel, purpose: 'sign-in', profile, locale, origin } as const;
    return toChallenge(await this.requestSignInCode.execute(command));
  }

  @Post('register')
  @HttpCode(202)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Request a code to register',
    description:
      'Answers the same whether or not the identifier has an account already; proving the code signs in to it.',
  })
  @ApiResponse({ status: 202, type: ChallengeDto, description: 'A code is on its way.' })
  @ApiProblem(400, 'Refused', 'validation-failed', 'invalid-identifier')
  @ApiProblem(429, 'Too many', 'otp-throttled', 'rate-limited', 'address-blocked')
  async register(
    @Body() { identifier, displayName = null, locale: wanted = null }: RegistrationDto,
    @PreferredLocale() preferred: string | null,
    @Origin() origin: RequestOrigin,
  ): Promise<ChallengeDto> {
    const locale = wanted ?? preferred;
    const profile = { displayName, locale };
    const command = { identifier, channel: null, purpose: 'register', profile, locale, origin } as const;
    return toChallenge(await this.requestSignInCode.execute(command));
  }

  @Post('login/verify')
  @HttpCode(200)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Prove a code and receive a session',
    description: 'An identifier that nobody holds becomes a new account, unless sign-up is closed.',
  })
  @ApiResponse({ status: 200, type: SignInDto, description: 'Signed in.' })
  @ApiProblem(
    401,
    'The code is wrong, spent, replaced or too old',
    'otp-invalid',
    'otp-exhausted',
    'otp-expired',
  )
  @ApiProblem(403, 'Proved, but not admitted', 'account-suspended', 'account-deleted', 'sign-up-closed')
  async verify(@Body() proof: CodeProofDto, @Origin() origin: RequestOrigin): Promise<SignInDto> {
    const signedIn = await this.signInWithCode.execute({ ...proof, origin });
    const session = toSession(signedIn.session.state, signedIn.session.id);
    return { ...toTokens(signedIn, session), user: toAccount(signedIn.user) };
  }
}
