import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { User } from '#domain/identity';

const ID = { format: 'uuid', example: '0198f3a6-4b7c-7d1e-9f00-2a4b6c8d0e1f' } as const;

@ApiSchema({ name: 'Identifier' })
export class IdentifierDto {
  @ApiProperty(ID)
  readonly id!: string;

  @ApiProperty({ enum: ['email', 'phone', 'username'] })
  readonly kind!: 'email' | 'phone' | 'username';

  @ApiProperty({ example: 'ada@example.com' })
  readonly value!: string;

  @ApiProperty({ format: 'date-time' })
  readonly verifiedAt!: string;
}

@ApiSchema({ name: 'Account' })
export class AccountDto {
  @ApiProperty(ID)
  readonly id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Ada Lovelace' })
  readonly displayName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'en-GB' })
  readonly locale!: string | null;

  @ApiProperty({ example: ['user'] })
  readonly roles!: string[];

  @ApiProperty({ type: [IdentifierDto], description: 'What the person can sign in with; all proved.' })
  readonly identifiers!: IdentifierDto[];

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}

export const toAccount = ({ state }: User): AccountDto => ({
  id: state.id,
  displayName: state.profile.displayName,
  locale: state.profile.locale,
  roles: [...state.roles],
  identifiers: state.identifiers.map(({ id, identifier, verifiedAt }) => ({
    id,
    kind: identifier.kind,
    value: identifier.value,
    verifiedAt: verifiedAt.toISOString(),
  })),
  createdAt: state.createdAt.toISOString(),
  updatedAt: state.updatedAt.toISOString(),
});
