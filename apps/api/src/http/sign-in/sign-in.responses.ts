import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { IssuedChallenge } from '#domain/otp';
import type { TokenGrant } from '#domain/session';
import { AccountDto } from '../account/account.responses.js';
import { SessionDto } from '../sessions/session.responses.js';

@ApiSchema({ name: 'Challenge' })
export class ChallengeDto {
  @ApiProperty({ description: 'Names this request for a code; needed to prove the code.' })
  readonly sessionId!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds until the code expires.', example: 120 })
  readonly expiresIn!: number;

  @ApiProperty({ type: 'integer', description: 'Seconds until another code may be requested.', example: 0 })
  readonly resendIn!: number;
}

@ApiSchema({ name: 'Tokens' })
export class TokensDto {
  @ApiProperty({ description: 'JWT (RFC 9068) for the `Authorization` header.' })
  readonly accessToken!: string;

  @ApiProperty({ enum: ['Bearer'] })
  readonly tokenType!: 'Bearer';

  @ApiProperty({ type: 'integer', description: 'Seconds until the access token expires.', example: 900 })
  readonly expiresIn!: number;

  @ApiProperty({ description: 'Buys the next pair of tokens, once.' })
  readonly refreshToken!: string;

  @ApiProperty()
  readonly session!: SessionDto;
}

@ApiSchema({ name: 'SignIn' })
export class SignInDto extends TokensDto {
  @ApiProperty()
  readonly user!: AccountDto;

  @ApiProperty({ description: 'To be given back at the next sign-in on this device.' })
  readonly deviceToken!: string;
}

@ApiSchema({ name: 'CookieTokens', description: 'The tokens themselves are in the cookies that came along.' })
export class CookieTokensDto {
  @ApiProperty({ description: 'For the `X-CSRF-Token` header, until the next refresh.' })
  readonly csrfToken!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds until the access token expires.', example: 900 })
  readonly expiresIn!: number;

  @ApiProperty()
  readonly session!: SessionDto;
}

@ApiSchema({ name: 'CookieSignIn' })
export class CookieSignInDto extends CookieTokensDto {
  @ApiProperty()
  readonly user!: AccountDto;
}

@ApiSchema({ name: 'CsrfToken' })
export class CsrfTokenDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'For the `X-CSRF-Token` header, until the next refresh. Null without the cookies of a session.',
  })
  readonly csrfToken!: string | null;
}

export const toChallenge = ({ sessionId, expiresIn, resendIn }: IssuedChallenge): ChallengeDto => ({
  sessionId,
  expiresIn,
  resendIn,
});

export const toTokens = (
  { accessToken, refreshToken, expiresIn }: TokenGrant,
  session: SessionDto,
): TokensDto => ({
  accessToken: accessToken.expose(),
  tokenType: 'Bearer',
  expiresIn,
  refreshToken: refreshToken.expose(),
  session,
});
