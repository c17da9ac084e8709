import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Principal, Session, SessionState } from '#domain/session';

const ID = { format: 'uuid', example: '0198f3a6-4b7c-7d1e-9f00-2a4b6c8d0e1f' } as const;

@ApiSchema({ name: 'Session' })
export class SessionDto {
  @ApiProperty(ID)
  readonly id!: string;

  @ApiProperty({ description: 'Whether this request was made with it.' })
  readonly current!: boolean;

  @ApiProperty({ description: 'How the person proved who they are (RFC 8176).', example: ['otp'] })
  readonly authenticationMethods!: string[];

  @ApiProperty({ description: 'Client address of the last sign-in or refresh.', example: '203.0.113.7' })
  readonly address!: string;

  @ApiProperty({ example: 'Mozilla/5.0 (X11; Linux x86_64)' })
  readonly userAgent!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly lastActiveAt!: string;

  @ApiProperty({ format: 'date-time', description: 'When it ends if it is not refreshed before.' })
  readonly expiresAt!: string;
}

@ApiSchema({ name: 'SessionOwner' })
export class SessionOwnerDto {
  @ApiProperty(ID)
  readonly id!: string;

  @ApiProperty({ example: ['user'] })
  readonly roles!: readonly string[];
}

@ApiSchema({ name: 'CurrentSession' })
export class CurrentSessionDto {
  @ApiProperty()
  readonly session!: SessionDto;

  @ApiProperty()
  readonly user!: SessionOwnerDto;
}

@ApiSchema({ name: 'SessionPage' })
export class SessionPageDto {
  @ApiProperty({ type: [SessionDto] })
  readonly items!: readonly SessionDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last.' })
  readonly nextCursor!: string | null;
}

export const toSession = (state: SessionState, currentId: string): SessionDto => ({
  id: state.id,
  current: state.id === currentId,
  authenticationMethods: [...state.authenticationMethods],
  address: state.address,
  userAgent: state.userAgent,
  createdAt: state.createdAt.toISOString(),
  lastActiveAt: state.lastActiveAt.toISOString(),
  expiresAt: state.expiresAt.toISOString(),
});

/** Sessions are immutable, and a busy client's is asked for many times before the near cache reads it again. */
const described = new WeakMap<Session, SessionDto>();

export function toCurrentSession({ userId, roles, session }: Principal): CurrentSessionDto {
  let dto = described.get(session);
  if (!dto) described.set(session, (dto = toSession(session.state, session.id)));
  return { session: dto, user: { id: userId, roles } };
}
