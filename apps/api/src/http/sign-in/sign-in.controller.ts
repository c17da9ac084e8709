import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { RequestOrigin } from '#domain/kernel';
import { RequestSignInCode, SignInWithCode } from '#domain/otp';
import { Public } from '../access/public.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { HttpExchange, type Exchange } from '../request/exchange.js';
import { PreferredLocale } from '../request/preferred-locale.js';
import { Origin } from '../request/request-origin.js';
import { ApiSignedIn } from './api-signed-in.decorator.js';
import { CodeRequestDto, SignInProofDto } from './sign-in.requests.js';
import { ChallengeDto, toChallenge, type CookieSignInDto, type SignInDto } from './sign-in.responses.js';
import { TokenTransport } from './token-transport.js';

/** One answer for everybody: nothing in it tells whether the identifier has an account. */
@ApiTags('Sign-in')
@Controller('api/v1/auth')
export class SignInController {
  constructor(
    private readonly requestSignInCode: RequestSignInCode,
    private readonly signInWithCode: SignInWithCode,
    private readonly transport: TokenTransport,
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

  @Post('login/verify')
  @HttpCode(200)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Prove a code and receive a session',
    description: 'An identifier that nobody holds becomes a new account, unless sign-up is closed.',
  })
  @ApiSignedIn()
  @ApiProblem(
    401,
    'The code is wrong, spent, replaced or too old',
    'otp-invalid',
    'otp-exhausted',
    'otp-expired',
  )
  @ApiProblem(
    403,
    'Proved, but not admitted',
    'account-suspended',
    'account-deleted',
    'sign-up-closed',
    'cross-site-request',
  )
  verify(
    @Body() { transport, deviceToken, ...proof }: SignInProofDto,
    @Origin() origin: RequestOrigin,
    @HttpExchange() exchange: Exchange,
  ): Promise<SignInDto | CookieSignInDto> {
    return this.transport.signIn(exchange, transport, (held) =>
      this.signInWithCode.execute({ ...proof, deviceToken: deviceToken ?? held, origin }),
    );
  }
}
