import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CreateRole, DeleteRole, GetRole, ListRoles, UpdateRole } from '#domain/access';
import type { RequestOrigin } from '#domain/kernel';
import type { Principal } from '#domain/session';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { Origin } from '../request/request-origin.js';
import { PageQuery } from '../validation/params.js';
import { NewRoleDto, RoleDefinitionDto, RoleParam, toDefinition } from './role.requests.js';
import { RoleDto, RolePageDto, toRole, toRolePage } from './role.responses.js';

@ApiTags('Administration')
@Controller('api/v1/admin/roles')
export class RoleController {
  constructor(
    private readonly listRoles: ListRoles,
    private readonly getRole: GetRole,
    private readonly createRole: CreateRole,
    private readonly updateRole: UpdateRole,
    private readonly deleteRole: DeleteRole,
  ) {}

  @Get()
  @RequirePermission('roles:read')
  @ApiOperation({ summary: 'The roles, by name' })
  @ApiResponse({ status: 200, type: RolePageDto, description: 'One page of them, with what each grants.' })
  async list(@Query() query: PageQuery): Promise<RolePageDto> {
    return toRolePage(await this.listRoles.execute(), query);
  }

  @Get(':name')
  @RequirePermission('roles:read')
  @ApiOperation({ summary: 'One role' })
  @ApiResponse({ status: 200, type: RoleDto, description: 'The role, with what it grants.' })
  @ApiProblem(404, 'Not there', 'role-not-found')
  async get(@Param() { name }: RoleParam): Promise<RoleDto> {
    return toRole(await this.getRole.execute(name));
  }

  @Post()
  @RequirePermission('roles:manage')
  @ApiOperation({ summary: 'Make a role' })
  @ApiResponse({ status: 201, type: RoleDto, description: 'The new role.' })
  @ApiProblem(400, 'Refused', 'validation-failed', 'invalid-permission')
  @ApiProblem(403, 'Not within the own rights', 'permission-denied', 'exceeds-own-permissions')
  @ApiProblem(409, 'The name is taken', 'role-exists')
  async create(
    @Body() { name, ...definition }: NewRoleDto,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<RoleDto> {
    const command = { actorId, name, definition: toDefinition(definition), origin };
    return toRole(await this.createRole.execute(command));
  }

  @Put(':name')
  @RequirePermission('roles:manage')
  @ApiOperation({
    summary: 'Change what a role grants',
    description: 'Takes effect for everybody who has it, within a second.',
  })
  @ApiResponse({ status: 200, type: RoleDto, description: 'The role as it is now.' })
  @ApiProblem(400, 'Refused', 'validation-failed', 'invalid-permission')
  @ApiProblem(403, 'Not within the own rights', 'permission-denied', 'exceeds-own-permissions')
  @ApiProblem(404, 'Not there', 'role-not-found')
  @ApiProblem(409, 'It is `admin`', 'role-protected')
  async update(
    @Param() { name }: RoleParam,
    @Body() definition: RoleDefinitionDto,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<RoleDto> {
    const command = { actorId, name, definition: toDefinition(definition), origin };
    return toRole(await this.updateRole.execute(command));
  }

  @Delete(':name')
  @HttpCode(204)
  @RequirePermission('roles:manage')
  @ApiOperation({ summary: 'Delete a role that nobody has' })
  @ApiResponse({ status: 204, description: 'Deleted.' })
  @ApiProblem(403, 'Not within the own rights', 'permission-denied', 'exceeds-own-permissions')
  @ApiProblem(404, 'Not there', 'role-not-found')
  @ApiProblem(409, 'Still needed', 'system-role', 'role-in-use')
  async delete(
    @Param() { name }: RoleParam,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.deleteRole.execute({ actorId, name, origin });
  }
}
