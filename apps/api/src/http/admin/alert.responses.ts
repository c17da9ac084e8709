import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  ALERT_KINDS,
  countOf,
  SEVERITIES,
  type Alert,
  type AlertKind,
  type AlertPage,
  type Distinct,
  type Severity,
} from '#domain/alerting';
import { encodePlace } from './place.js';

@ApiSchema({ name: 'AlertSample' })
export class AlertSampleDto {
  @ApiProperty({ description: 'How many different ones; approximate from 256 on.', example: 9_412 })
  readonly distinct!: number;

  @ApiProperty({ type: [String], description: 'The first of them, at most 20.' })
  readonly sample!: readonly string[];
}

@ApiSchema({ name: 'Alert' })
export class AlertDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ enum: ALERT_KINDS })
  readonly kind!: AlertKind;

  @ApiProperty({ enum: SEVERITIES })
  readonly severity!: Severity;

  @ApiProperty({ format: 'date-time' })
  readonly openedAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it happened last.' })
  readonly lastAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null while it goes on.' })
  readonly closedAt!: string | null;

  @ApiProperty({ description: 'How many events it is about.', example: 10_000 })
  readonly count!: number;

  @ApiProperty({ type: AlertSampleDto })
  readonly accounts!: AlertSampleDto;

  @ApiProperty({ type: AlertSampleDto })
  readonly addresses!: AlertSampleDto;

  @ApiProperty({ type: [String], description: 'Of the first requests, at most 20; the audit log has them.' })
  readonly requestIds!: readonly string[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly acknowledgedAt!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Who was the first to say so.' })
  readonly acknowledgedBy!: string | null;
}

@ApiSchema({ name: 'AlertPage' })
export class AlertPageDto {
  @ApiProperty({ type: [AlertDto] })
  readonly items!: readonly AlertDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last.' })
  readonly nextCursor!: string | null;
}

const toSample = (values: Distinct): AlertSampleDto => ({ distinct: countOf(values), sample: values.sample });

export const toAlert = ({ state }: Alert): AlertDto => ({
  id: state.id,
  kind: state.kind,
  severity: state.severity,
  openedAt: state.openedAt.toISOString(),
  lastAt: state.lastAt.toISOString(),
  closedAt: state.closedAt?.toISOString() ?? null,
  count: state.count,
  accounts: toSample(state.accounts),
  addresses: toSample(state.addresses),
  requestIds: state.requestIds,
  acknowledgedAt: state.acknowledged?.at.toISOString() ?? null,
  acknowledgedBy: state.acknowledged?.by ?? null,
});

export const toAlertPage = ({ alerts, next }: AlertPage): AlertPageDto => ({
  items: alerts.map(toAlert),
  nextCursor: encodePlace(next && { key: next.openedAt.toISOString(), id: next.id }),
});
