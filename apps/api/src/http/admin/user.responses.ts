import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { FOREVER, type AccountPage, type EffectiveStatus, type User } from '#domain/identity';
import { AccountDto, toAccount } from '../account/account.responses.js';
import { encodePlace } from './place.js';

/** An account as administrators see it. */
@ApiSchema({ name: 'User' })
export class UserDto extends AccountDto {
  @ApiProperty({ enum: ['pending', 'active', 'locked', 'suspended', 'deleted'] })
  readonly status!: EffectiveStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'Null where it is not locked, and where only unlocking ends the lock.',
  })
  readonly lockedUntil!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly deletedAt!: string | null;
}

@ApiSchema({ name: 'UserPage' })
export class UserPageDto {
  @ApiProperty({ type: [UserDto] })
  readonly items!: readonly UserDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last.' })
  readonly nextCursor!: string | null;
}

export function toUser(user: User, now: Date): UserDto {
  const { lockedUntil, deletedAt } = user.state;
  const ends = lockedUntil !== null && lockedUntil > now && lockedUntil < FOREVER;
  return {
    ...toAccount(user),
    status: user.statusAt(now),
    lockedUntil: ends ? lockedUntil.toISOString() : null,
    deletedAt: deletedAt?.toISOString() ?? null,
  };
}

export const toUserPage = ({ accounts, next }: AccountPage, now: Date): UserPageDto => ({
  items: accounts.map((account) => toUser(account, now)),
  nextCursor: encodePlace(next),
});
