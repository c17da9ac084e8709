import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ALERT_KINDS, type AlertKind, type AlertQuery } from '#domain/alerting';
import { PageQuery } from '../validation/params.js';
import { decodeInstantPlace } from './place.js';

export class AlertQueryDto extends PageQuery {
  @ApiPropertyOptional({ enum: ALERT_KINDS, description: 'What it is about.' })
  @IsOptional()
  @IsIn(ALERT_KINDS, { message: '$property must be a kind of alert' })
  readonly kind?: AlertKind;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Whether it still goes on.' })
  @IsOptional()
  @IsIn(['true', 'false'], { message: '$property must be true or false' })
  readonly open?: 'true' | 'false';
}

export function toAlertQuery({ kind, open, cursor, limit }: AlertQueryDto): AlertQuery {
  const place = decodeInstantPlace(cursor);
  return {
    kind: kind ?? null,
    open: open === undefined ? null : open === 'true',
    after: place && { openedAt: place.instant, id: place.id },
    limit,
  };
}
