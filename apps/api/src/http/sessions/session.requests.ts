import { ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { RefreshTokenField } from '../validation/fields.js';

@ApiSchema({ name: 'Refresh' })
export class RefreshDto {
  @RefreshTokenField()
  readonly refreshToken?: string | null;
}

@ApiSchema({ name: 'Logout' })
export class LogoutDto {
  @ApiPropertyOptional({
    type: Boolean,
    description: 'Whether to end every session of the account.',
    default: false,
  })
  @IsOptional()
  @IsBoolean()
  readonly all?: boolean | null;
}
