import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { Role } from '#domain/access';

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

@ApiSchema({ name: 'Roles' })
export class RolesDto {
  @ApiProperty({ type: [RoleDto] })
  readonly items!: readonly RoleDto[];
}

export const toRole = ({ state }: Role): RoleDto => ({
  name: state.name,
  description: state.description,
  permissions: state.permissions.map(String),
  system: state.system,
  createdAt: state.createdAt.toISOString(),
  updatedAt: state.updatedAt.toISOString(),
});
