import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import type { AuditQuery, AuditResult } from '#domain/audit';
import { REQUEST_ID } from '../server/request-id.js';
import { InstantField } from '../validation/fields.js';
import { PageQuery } from '../validation/params.js';
import { IsAddressOrNetwork, IsPlainText, IsToken } from '../validation/text.js';
import { decodeInstantPlace } from './place.js';
import { toInstant } from './user.requests.js';

const MAX_METADATA_LENGTH = 200;
const ACTION = /^[a-z]+(?:[.-][a-z]+)*$/;
const TRACE_ID = /^[\da-f]{32}$/;
const METADATA = /^([A-Za-z0-9]{1,64}):(.*)$/u;

export class AuditQueryDto extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Whose account it concerns.' })
  @IsOptional()
  @IsUUID(undefined, { message: '$property must be a UUID' })
  readonly userId?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Who acted.' })
  @IsOptional()
  @IsUUID(undefined, { message: '$property must be a UUID' })
  readonly actorId?: string;

  @ApiPropertyOptional({
    description: 'What happened.',
    example: 'user.locked',
    maxLength: 64,
    pattern: ACTION.source,
  })
  @IsOptional()
  @IsToken(64, ACTION, 'the name of an action')
  readonly action?: string;

  @ApiPropertyOptional({ enum: ['success', 'failure'], description: 'How it ended.' })
  @IsOptional()
  @IsIn(['success', 'failure'], { message: '$property must be success or failure' })
  readonly result?: AuditResult;

  @ApiPropertyOptional({
    description: 'An address, or a network in CIDR notation.',
    example: '203.0.113.0/24',
  })
  @IsOptional()
  @IsAddressOrNetwork()
  readonly address?: string;

  @ApiPropertyOptional({
    description:
      'The request that did it, as `X-Request-Id` named it. Has no index: give `from` in a long trail.',
    pattern: REQUEST_ID.source,
  })
  @IsOptional()
  @IsToken(64, REQUEST_ID, 'a request id')
  readonly requestId?: string;

  @ApiPropertyOptional({
    description: 'The trace that the request was part of. Has no index: give `from` in a long trail.',
    pattern: TRACE_ID.source,
    example: '4bf92f3577b34da6a3ce929d0e0e4736',
  })
  @IsOptional()
  @IsToken(32, TRACE_ID, '32 hexadecimal digits in lower case')
  readonly traceId?: string;

  @InstantField('Then or later.')
  readonly from?: string;

  @InstantField('Before then.')
  readonly to?: string;

  @ApiPropertyOptional({
    description: 'One entry of the metadata, as `name:value`.',
    maxLength: MAX_METADATA_LENGTH,
    pattern: METADATA.source,
    example: 'kind:email',
  })
  @IsOptional()
  @IsToken(MAX_METADATA_LENGTH, METADATA, 'a name and a value with a colon between them')
  @IsPlainText(1, MAX_METADATA_LENGTH)
  readonly metadata?: string;
}

export const toAuditQuery = ({ cursor, limit, metadata, from, to, ...query }: AuditQueryDto): AuditQuery => ({
  userId: query.userId ?? null,
  actorId: query.actorId ?? null,
  action: query.action ?? null,
  result: query.result ?? null,
  address: query.address ?? null,
  requestId: query.requestId ?? null,
  traceId: query.traceId ?? null,
  from: toInstant(from),
  to: toInstant(to),
  metadata: toEntry(metadata),
  after: toPlace(cursor),
  limit,
});

function toEntry(text: string | undefined): AuditQuery['metadata'] {
  const [, key, value] = METADATA.exec(text ?? '') ?? [];
  return key === undefined || value === undefined ? null : { key, value };
}

function toPlace(cursor: string | undefined): AuditQuery['after'] {
  const place = decodeInstantPlace(cursor);
  return place && { occurredAt: place.instant, id: place.id };
}
