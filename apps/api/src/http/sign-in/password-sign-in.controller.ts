import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { clientNetwork } from '#adapters/network';
import { SignInWithPassword } from '#domain/credentials';
import { Secret, type RequestOrigin } from '#domain/kernel';
import { Public } from '../access/public.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { SignInLimit } from '../rate-limits/sign-in-limit.js';
import { HttpExchange, type Exchange } from '../request/exchange.js';
import { Origin } from '../request/request-origin.js';
import { ApiSignedIn } from './api-signed-in.decorator.js';
import { PasswordSignInDto } from './password-sign-in.requests.js';
import type { CookieSignInDto, SignInDto } from './sign-in.responses.js';
import { TokenTransport } from './token-transport.js';

@ApiTags('Sign-in')
@Controller('api/v1/auth')
export class PasswordSignInController {
  constructor(
    private readonly signInWithPassword: SignInWithPassword,
    private readonly transport: TokenTransport,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @SignInLimit()
  @ApiOperation({
    summary: 'Sign in with a password',
    description:
      'Answers the same, in the same time, for a wrong password and for an identifier without an account. ' +
      'Wrong passwords are followed by growing waits, then by a lock that ends by itself.',
  })
  @ApiSignedIn()
  @ApiProblem(400, 'Refused', 'validation-failed', 'invalid-identifier')
  @ApiProblem(401, 'Identifier or password are wrong', 'invalid-credentials')
  @ApiProblem(
    403,
    'Proved, but not admitted',
    'account-locked',
    'account-suspended',
    'account-deleted',
    'cross-site-request',
  )
  @ApiProblem(429, 'Too many', 'too-many-attempts', 'sign-in-locked', 'rate-limited', 'address-blocked')
  @ApiProblem(503, 'Too many sign-ins at once', 'hashing-busy')
  login(
    @Body() { identifier, password, deviceToken, transport }: PasswordSignInDto,
    @Origin() origin: RequestOrigin,
    @HttpExchange() exchange: Exchange,
  ): Promise<SignInDto | CookieSignInDto> {
    return this.transport.signIn(exchange, transport, (held) =>
      this.signInWithPassword.execute({
        identifier,
        password: new Secret(password),
        deviceToken: deviceToken ?? held,
        network: clientNetwork(origin.address),
        origin,
      }),
    );
  }
}
