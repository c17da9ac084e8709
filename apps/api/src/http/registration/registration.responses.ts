import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Registered } from '#domain/credentials';
import type { User } from '#domain/identity';

@ApiSchema({ name: 'PendingAccount' })
export class PendingAccountDto {
  @ApiProperty({ format: 'uuid', example: '0198f3a6-4b7c-7d1e-9f00-2a4b6c8d0e1f' })
  readonly id!: string;

  @ApiProperty({ enum: ['pending'], description: 'Until the link in the mail is used.' })
  readonly status!: 'pending';

  @ApiProperty({ example: 'ada@example.com' })
  readonly email!: string;

  @ApiProperty({ type: String, nullable: true, example: 'ada' })
  readonly username!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Ada Lovelace' })
  readonly displayName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'en-GB' })
  readonly locale!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

@ApiSchema({ name: 'VerifiedAccount' })
export class VerifiedAccountDto {
  @ApiProperty({ enum: ['active'] })
  readonly status!: 'active';

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'ada',
    description: 'Null also when somebody else claimed the wanted name in the meantime.',
  })
  readonly username!: string | null;
}

export const toPendingAccount = ({ user, email, username }: Registered): PendingAccountDto => ({
  id: user.id,
  status: 'pending',
  email: email.value,
  username: username?.value ?? null,
  displayName: user.profile.displayName,
  locale: user.profile.locale,
  createdAt: user.state.createdAt.toISOString(),
});

export const toVerifiedAccount = ({ identifiers }: User): VerifiedAccountDto => ({
  status: 'active',
  username: identifiers.find(({ identifier }) => identifier.kind === 'username')?.identifier.value ?? null,
});
