import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { ListedDevice, Session } from '#domain/session';

@ApiSchema({ name: 'Device' })
export class DeviceDto {
  @ApiProperty({ format: 'uuid', example: '0198f3a6-4b7c-7d1e-9f00-2a4b6c8d0e1f' })
  readonly id!: string;

  @ApiProperty({ example: 'Firefox on Linux' })
  readonly name!: string;

  @ApiProperty({ description: 'Whether the session of this request was opened on it.' })
  readonly current!: boolean;

  @ApiProperty()
  readonly trusted!: boolean;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly trustedAt!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly firstSeenAt!: string;

  @ApiProperty({ format: 'date-time', description: 'The last sign-in, or activity of a live session.' })
  readonly lastSeenAt!: string;

  @ApiProperty({ description: 'Client address of the last sign-in.', example: '203.0.113.7' })
  readonly address!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of that address (ISO 3166-1).', example: 'DE' })
  readonly country!: string | null;

  @ApiProperty({ type: 'integer', description: 'How many live sessions it has.' })
  readonly sessions!: number;
}

@ApiSchema({ name: 'DevicePage' })
export class DevicePageDto {
  @ApiProperty({ type: [DeviceDto] })
  readonly items!: readonly DeviceDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last.' })
  readonly nextCursor!: string | null;
}

export const toDevice = (
  { device: { id, state }, lastActiveAt, liveSessions }: ListedDevice,
  { state: current }: Session,
): DeviceDto => ({
  id,
  name: state.name,
  current: current.deviceId === id,
  trusted: state.trustedAt !== null,
  trustedAt: state.trustedAt?.toISOString() ?? null,
  firstSeenAt: state.firstSeenAt.toISOString(),
  lastSeenAt: lastActiveAt.toISOString(),
  address: state.address,
  country: state.place?.country ?? null,
  sessions: liveSessions,
});
