import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { RISK_REASONS, type RiskReason } from '#domain/risk';
import type { AssessTrust, Principal, Session, SessionState, TrustLevel } from '#domain/session';

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

@ApiSchema({ name: 'SignInRisk' })
class SignInRiskDto {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 40 })
  readonly score!: number;

  @ApiProperty({ enum: RISK_REASONS, isArray: true, example: ['new-device', 'new-country'] })
  readonly reasons!: readonly RiskReason[];
}

@ApiSchema({ name: 'SessionTrust' })
class SessionTrustDto {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100, example: 85 })
  readonly score!: number;

  @ApiProperty({ enum: ['low', 'medium', 'high'] })
  readonly level!: TrustLevel;
}

@ApiSchema({ name: 'AssessedSession' })
export class AssessedSessionDto extends SessionDto {
  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'As in `GET devices`, while it is remembered.',
  })
  readonly deviceId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the sign-in (ISO 3166-1).', example: 'DE' })
  readonly country!: string | null;

  @ApiProperty({ description: 'How likely the sign-in was somebody else’s.' })
  readonly risk!: SignInRiskDto;

  @ApiProperty({ description: 'How sure it is that the session is still in the hands of its owner.' })
  readonly trust!: SessionTrustDto;
}

@ApiSchema({ name: 'SessionOwner' })
export class SessionOwnerDto {
  @ApiProperty(ID)
  readonly id!: string;

  @ApiProperty({ type: [String], example: ['user'] })
  readonly roles!: readonly string[];
}

@ApiSchema({ name: 'CurrentSession' })
export class CurrentSessionDto {
  @ApiProperty()
  readonly session!: AssessedSessionDto;

  @ApiProperty()
  readonly user!: SessionOwnerDto;
}

@ApiSchema({ name: 'SessionPage' })
export class SessionPageDto {
  @ApiProperty({ type: [AssessedSessionDto] })
  readonly items!: readonly AssessedSessionDto[];

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

export const toAssessedSession = (
  session: Session,
  currentId: string,
  assessTrust: AssessTrust,
): AssessedSessionDto => ({
  ...toSession(session.state, currentId),
  deviceId: session.state.deviceId,
  country: session.state.country,
  risk: session.state.risk,
  trust: assessTrust.execute(session),
});

/** Sessions are immutable, and a busy client's is asked for many times before the near cache reads it again. */
const described = new WeakMap<Session, AssessedSessionDto>();

export function toCurrentSession(
  { userId, roles, session }: Principal,
  assessTrust: AssessTrust,
): CurrentSessionDto {
  let dto = described.get(session);
  if (!dto) described.set(session, (dto = toAssessedSession(session, session.id, assessTrust)));
  return { session: dto, user: { id: userId, roles } };
}
