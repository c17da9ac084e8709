import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ROLE_NAME, type Role } from '#domain/access';
import { pageOf, type Order } from '../request/page-of.js';
import type { PageQuery } from '../validation/params.js';

@ApiSchema({ name: 'Role' })
export class RoleDto {
  @ApiProperty({ example: 'moderator' })
  readonly name!: string;

  @ApiProperty()
  readonly description!: string;

  @ApiProperty({ example: ['users:read', 'sessions:*'] })
  readonly permissions!: string[];

  @ApiProperty({ description: 'Part of every deployment; cannot be deleted.' })
  readonly system!: boolean;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  readonly updatedAt!: string;
}

@ApiSchema({ name: 'RolePage' })
export class RolePageDto {
  @ApiProperty({ type: [RoleDto] })
  readonly items!: readonly RoleDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last.' })
  readonly nextCursor!: string | null;
}

const BY_NAME: Order<Role> = { direction: 'ascending', placeOf: ({ name }) => name, form: ROLE_NAME };

export const toRole = ({ state }: Role): RoleDto => ({
  name: state.name,
  description: state.description,
  permissions: state.permissions.map(String),
  system: state.system,
  createdAt: state.createdAt.toISOString(),
  updatedAt: state.updatedAt.toISOString(),
});

export function toRolePage(roles: readonly Role[], query: PageQuery): RolePageDto {
  const { items, nextCursor } = pageOf(roles, BY_NAME, query);
  return { items: items.map(toRole), nextCursor };
}
