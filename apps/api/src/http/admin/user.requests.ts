import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional, ApiSchema, OmitType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { MAX_ROLE_NAME_LENGTH, ROLE_NAME } from '#domain/access';
import type { AccountQuery, EffectiveStatus } from '#domain/identity';
import { ProfileChangeDto } from '../account/account.requests.js';
import { InstantField } from '../validation/fields.js';
import { CursorField, IdParam, PageQuery } from '../validation/params.js';
import { IsPlainText, IsToken, toNormalisedText } from '../validation/text.js';
import { decodePlace, MAX_PLACE_LENGTH } from './place.js';

const STATUSES = ['pending', 'active', 'locked', 'suspended', 'deleted'] as const satisfies EffectiveStatus[];
const MAX_SEARCH_LENGTH = 254;
const MAX_REASON_LENGTH = 64;

const ReasonField = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description: 'Why, as a short code. It is kept in the audit trail, which outlives the account.',
      type: String,
      maxLength: MAX_REASON_LENGTH,
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
      example: 'ticket-4711',
    }),
    IsOptional(),
    IsToken(MAX_REASON_LENGTH, /^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words and numbers joined by hyphens'),
  );

/** A page in an order that texts are part of. */
class LongPageQuery extends OmitType(PageQuery, ['cursor']) {
  @CursorField(MAX_PLACE_LENGTH)
  readonly cursor?: string;
}

export class DeletedUserSearchQuery extends LongPageQuery {
  @ApiPropertyOptional({
    description:
      'How the display name or an identifier begins; case does not count, no character is a wildcard. The result ' +
      'is ordered by what matched; without a search, newest first.',
    maxLength: MAX_SEARCH_LENGTH,
    example: 'ada',
  })
  @IsOptional()
  @Transform(({ value }) => toNormalisedText(value))
  @IsPlainText(1, MAX_SEARCH_LENGTH)
  readonly search?: string;

  @ApiPropertyOptional({
    description: 'Holders of this role.',
    maxLength: MAX_ROLE_NAME_LENGTH,
    pattern: ROLE_NAME.source,
    example: 'moderator',
  })
  @IsOptional()
  @IsToken(MAX_ROLE_NAME_LENGTH, ROLE_NAME, 'the name of a role')
  readonly role?: string;

  @InstantField('Created then or later.')
  readonly createdFrom?: string;

  @InstantField('Created before then.')
  readonly createdTo?: string;
}

export class UserSearchQuery extends DeletedUserSearchQuery {
  @ApiPropertyOptional({ enum: STATUSES, description: 'Without it, all but deleted ones.' })
  @IsOptional()
  @IsIn(STATUSES, { message: `$property must be one of ${STATUSES.join(', ')}` })
  readonly status?: EffectiveStatus;
}

export class ReasonQuery {
  @ReasonField()
  readonly reason?: string | null;
}

export class UserSessionParam extends IdParam {
  @ApiProperty({ format: 'uuid' })
  @IsUUID(undefined, { message: '$property must be a UUID' })
  readonly sessionId!: string;
}

/** What is left out stays as it is; null empties a name or a locale. */
@ApiSchema({ name: 'UserChange' })
export class UserChangeDto extends ProfileChangeDto {
  @ApiPropertyOptional({
    description: 'Suspends the account, or ends that. Needs the permission `users:suspend` as well.',
    enum: ['active', 'suspended'],
  })
  @IsOptional()
  @IsIn(['active', 'suspended'], { message: '$property must be active or suspended' })
  readonly status?: 'active' | 'suspended' | null;

  @ReasonField()
  readonly reason?: string | null;
}

@ApiSchema({ name: 'Lock' })
export class LockDto {
  @InstantField('When the lock ends by itself; without it, when it is unlocked.', '2099-12-31T12:00:00Z')
  readonly until?: string | null;

  @ReasonField()
  readonly reason?: string | null;
}

@ApiSchema({ name: 'Reason' })
export class ReasonDto {
  @ReasonField()
  readonly reason?: string | null;
}

export const toAccountQuery = (
  { search, role, createdFrom, createdTo, cursor, limit }: DeletedUserSearchQuery,
  status: EffectiveStatus | null,
): AccountQuery => ({
  startsWith: search ?? null,
  status,
  role: role ?? null,
  createdFrom: toInstant(createdFrom),
  createdTo: toInstant(createdTo),
  after: decodePlace(cursor),
  limit,
});

export const toInstant = (text: string | null | undefined): Date | null =>
  text === null || text === undefined ? null : new Date(text);
