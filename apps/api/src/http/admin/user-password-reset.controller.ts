import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { StartPasswordReset } from '#domain/administration';
import type { RequestOrigin } from '#domain/kernel';
import type { Principal } from '#domain/session';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { Origin } from '../request/request-origin.js';
import { IdParam } from '../validation/params.js';
import { ReasonDto } from './user.requests.js';

@ApiTags('Administration')
@Controller('api/v1/admin/users')
export class UserPasswordResetController {
  constructor(private readonly startPasswordReset: StartPasswordReset) {}

  @Post(':id/password-reset')
  @HttpCode(202)
  @RequirePermission('users:reset-password')
  @ApiOperation({
    summary: 'Mail the owner of an account a link to choose a new password',
    description: 'Nothing changes until the link is used. The answer says nothing about it.',
  })
  @ApiBody({ type: ReasonDto, required: false })
  @ApiResponse({
    status: 202,
    description: 'A mail is on its way, unless the address had its share of them.',
  })
  @ApiProblem(403, 'Not within the own rights', 'permission-denied', 'exceeds-own-permissions')
  @ApiProblem(404, 'Not there', 'user-not-found')
  @ApiProblem(409, 'Not in this state', 'account-deleted', 'no-email-address')
  async start(
    @Param() { id: userId }: IdParam,
    @Body() { reason = null }: ReasonDto,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.startPasswordReset.execute({ actorId, userId, reason, origin });
  }
}
