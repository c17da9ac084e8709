import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { IsToken } from './text.js';

const CURSOR = /^[\w-]+$/;

export const CursorField = (maxLength: number): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      description: '`nextCursor` of the page before.',
      maxLength,
      pattern: CURSOR.source,
    }),
    IsOptional(),
    IsToken(maxLength, CURSOR, 'a cursor as it was given'),
  );

/** A path that names something by its id. */
export class IdParam {
  @ApiProperty({ format: 'uuid' })
  @IsUUID(undefined, { message: '$property must be a UUID' })
  readonly id!: string;
}

export class PageQuery {
  @ApiPropertyOptional({
    description: 'Entries on a page.',
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: 50,
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly limit: number = 50;

  @CursorField(128)
  readonly cursor?: string;
}
