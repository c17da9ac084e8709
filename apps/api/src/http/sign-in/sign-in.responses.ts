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
