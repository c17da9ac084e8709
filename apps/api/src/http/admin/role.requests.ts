import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsOptional, IsString } from 'class-validator';
import {
  MAX_ROLE_NAME_LENGTH,
  MAX_ROLES_PER_USER,
  Permission,
  PERMISSION,
  ROLE_NAME,
  type RoleDefinition,
} from '#domain/access';
import { IsPlainText, IsToken } from '../validation/text.js';

const MAX_DESCRIPTION_LENGTH = 200;
const MAX_PERMISSIONS = 100;

const RoleNameField = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ maxLength: MAX_ROLE_NAME_LENGTH, pattern: ROLE_NAME.source, example: 'support' }),
    IsToken(MAX_ROLE_NAME_LENGTH, ROLE_NAME, 'lower-case words joined by hyphens'),
  );

export class RoleParam {
  @RoleNameField()
  readonly name!: string;
}

@ApiSchema({ name: 'RoleDefinition' })
export class RoleDefinitionDto {
  @ApiPropertyOptional({ type: String, minLength: 1, maxLength: MAX_DESCRIPTION_LENGTH })
  @IsOptional()
  @IsPlainText(1, MAX_DESCRIPTION_LENGTH)
  readonly description?: string | null;

  @ApiProperty({
    description: '`resource:action`, with `*` for either or both; none that the caller does not hold.',
    type: 'array',
    items: { type: 'string', pattern: PERMISSION.source },
    maxItems: MAX_PERMISSIONS,
    example: ['users:read', 'sessions:*'],
  })
  @IsArray()
  @ArrayMaxSize(MAX_PERMISSIONS)
  @IsString({ each: true })
  readonly permissions!: string[];
}

@ApiSchema({ name: 'NewRole' })
export class NewRoleDto extends RoleDefinitionDto {
  @RoleNameField()
  readonly name!: string;
}

@ApiSchema({ name: 'UserRoles' })
export class UserRolesDto {
  @ApiProperty({
    description: 'Exactly the roles that the account has from now on.',
    type: 'array',
    items: { type: 'string', maxLength: MAX_ROLE_NAME_LENGTH, pattern: ROLE_NAME.source },
    maxItems: MAX_ROLES_PER_USER,
    example: ['user', 'moderator'],
  })
  @IsArray()
  @ArrayMaxSize(MAX_ROLES_PER_USER)
  @IsToken(MAX_ROLE_NAME_LENGTH, ROLE_NAME, 'names of roles', { each: true })
  readonly roles!: string[];
}

export const toDefinition = ({ description, permissions }: RoleDefinitionDto): RoleDefinition => ({
  description: description ?? '',
  permissions: [...new Set(permissions)].map((text) => Permission.of(text)),
});
