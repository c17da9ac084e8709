import { Body, Controller, Inject, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { SetUserRoles } from '#domain/access';
import { CLOCK, type Clock, type RequestOrigin } from '#domain/kernel';
import type { Principal } from '#domain/session';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { Origin } from '../request/request-origin.js';
import { IdParam } from '../validation/params.js';
import { UserRolesDto } from './role.requests.js';
import { toUser, UserDto } from './user.responses.js';

@ApiTags('Administration')
@Controller('api/v1/admin/users')
export class UserRolesController {
  constructor(
    private readonly setUserRoles: SetUserRoles,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Put(':id/roles')
  @RequirePermission('roles:assign')
  @ApiOperation({
    summary: 'Give an account these roles and no others',
    description: 'Takes effect on every instance within a second, whatever the roles in a token say.',
  })
  @ApiResponse({ status: 200, type: UserDto, description: 'The account as it is now.' })
  @ApiProblem(400, 'Refused', 'validation-failed', 'unknown-role')
  @ApiProblem(403, 'Not within the own rights', 'permission-denied', 'exceeds-own-permissions')
  @ApiProblem(404, 'Not there', 'user-not-found')
  @ApiProblem(409, 'Not in this state', 'account-deleted', 'last-administrator')
  async set(
    @Param() { id: userId }: IdParam,
    @Body() { roles }: UserRolesDto,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    return toUser(await this.setUserRoles.execute({ actorId, userId, roles, origin }), this.clock.now());
  }
}
