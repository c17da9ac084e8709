import { ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';
import type { Profile } from '#domain/identity';
import { ChannelField, DisplayNameField, IdentifierField, LocaleField } from '../validation/fields.js';

/** What is left out stays as it is; null empties it. */
@ApiSchema({ name: 'ProfileChange' })
export class ProfileChangeDto {
  @DisplayNameField()
  readonly displayName?: string | null;

  @LocaleField()
  readonly locale?: string | null;
}

export const toProfileChange = ({ displayName, locale }: ProfileChangeDto): Partial<Profile> => ({
  ...(displayName !== undefined && { displayName }),
  ...(locale !== undefined && { locale }),
});

@ApiSchema({ name: 'IdentifierRequest' })
export class IdentifierRequestDto {
  @IdentifierField()
  readonly identifier!: string;

  @ChannelField()
  readonly channel?: 'sms' | 'email' | null;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    description: 'The identifier of the account that gives way to this one.',
  })
  @IsOptional()
  @IsUUID(undefined, { message: '$property must be a UUID' })
  readonly replaces?: string | null;
}
