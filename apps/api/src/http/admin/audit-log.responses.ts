import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { AuditPage, AuditRecord, AuditResult } from '#domain/audit';
import { encodePlace } from './place.js';

const ID = { type: String, nullable: true, format: 'uuid' } as const;

/** Ids and network facts only; whose they are is looked up for as long as there is an account to look up. */
@ApiSchema({ name: 'AuditEvent' })
export class AuditEventDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'user.locked' })
  readonly action!: string;

  @ApiProperty({ enum: ['success', 'failure'] })
  readonly result!: AuditResult;

  @ApiProperty({ format: 'date-time' })
  readonly occurredAt!: string;

  @ApiProperty({ ...ID, description: 'Who acted, where that is known.' })
  readonly actorId!: string | null;

  @ApiProperty({ ...ID, description: 'Whose account it concerns.' })
  readonly userId!: string | null;

  @ApiProperty(ID)
  readonly sessionId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ticket-4711' })
  readonly reason!: string | null;

  @ApiProperty({ example: '203.0.113.7' })
  readonly address!: string;

  @ApiProperty({ example: 'Mozilla/5.0 (X11; Linux x86_64)' })
  readonly userAgent!: string;

  @ApiProperty()
  readonly requestId!: string;

  @ApiProperty({ type: String, nullable: true, description: 'The trace that the request was part of.' })
  readonly traceId!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { kind: 'email' } })
  readonly metadata!: object;
}

@ApiSchema({ name: 'AuditPage' })
export class AuditPageDto {
  @ApiProperty({ type: [AuditEventDto] })
  readonly items!: readonly AuditEventDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last.' })
  readonly nextCursor!: string | null;
}

const toAuditEvent = (record: AuditRecord): AuditEventDto => ({
  id: record.id,
  action: record.action,
  result: record.result,
  occurredAt: record.occurredAt.toISOString(),
  actorId: record.actorId ?? null,
  userId: record.userId ?? null,
  sessionId: record.sessionId ?? null,
  reason: record.reason ?? null,
  ...record.origin,
  traceId: record.origin.traceId ?? null,
  metadata: record.metadata ?? {},
});

export const toAuditPage = ({ records, next }: AuditPage): AuditPageDto => ({
  items: records.map(toAuditEvent),
  nextCursor: encodePlace(next && { key: next.occurredAt.toISOString(), id: next.id }),
});
