import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  ChangeAccount,
  LockAccount,
  RemoveAccount,
  RestoreAccount,
  ShowAccount,
  UnlockAccount,
} from '#domain/administration';
import { SearchAccounts } from '#domain/identity';
import { CLOCK, type Clock, type RequestOrigin } from '#domain/kernel';
import type { Principal } from '#domain/session';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import { toProfileChange } from '../account/account.requests.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { Origin } from '../request/request-origin.js';
import { IdParam } from '../validation/params.js';
import {
  DeletedUserSearchQuery,
  LockDto,
  ReasonDto,
  ReasonQuery,
  toAccountQuery,
  toInstant,
  UserChangeDto,
  UserSearchQuery,
} from './user.requests.js';
import { toUser, toUserPage, UserDto, UserPageDto } from './user.responses.js';

const NotFound = ApiProblem(404, 'Not there', 'user-not-found');
const Refused = ApiProblem(403, 'Not within the own rights', 'permission-denied', 'exceeds-own-permissions');

@ApiTags('Administration')
@Controller('api/v1/admin/users')
export class UserController {
  constructor(
    private readonly searchAccounts: SearchAccounts,
    private readonly showAccount: ShowAccount,
    private readonly changeAccount: ChangeAccount,
    private readonly lockAccount: LockAccount,
    private readonly unlockAccount: UnlockAccount,
    private readonly removeAccount: RemoveAccount,
    private readonly restoreAccount: RestoreAccount,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @RequirePermission('users:read')
  @ApiOperation({ summary: 'Find accounts' })
  @ApiResponse({ status: 200, type: UserPageDto, description: 'One page of them.' })
  async list(@Query() query: UserSearchQuery): Promise<UserPageDto> {
    const page = await this.searchAccounts.execute(toAccountQuery(query, query.status ?? null));
    return toUserPage(page, this.clock.now());
  }

  @Get('deleted')
  @RequirePermission('users:read')
  @ApiOperation({ summary: 'Find deleted accounts that are not erased yet' })
  @ApiResponse({ status: 200, type: UserPageDto, description: 'One page of them.' })
  async listDeleted(@Query() query: DeletedUserSearchQuery): Promise<UserPageDto> {
    const page = await this.searchAccounts.execute(toAccountQuery(query, 'deleted'));
    return toUserPage(page, this.clock.now());
  }

  @Get(':id')
  @RequirePermission('users:read')
  @ApiOperation({ summary: 'One account, also a deleted one' })
  @ApiResponse({ status: 200, type: UserDto, description: 'The account.' })
  @NotFound
  async get(@Param() { id }: IdParam): Promise<UserDto> {
    return toUser(await this.showAccount.execute(id), this.clock.now());
  }

  @Put(':id')
  @RequirePermission('users:update')
  @ApiOperation({ summary: 'Change a profile, suspend an account or activate it again' })
  @ApiBody({ type: UserChangeDto, required: false })
  @ApiResponse({ status: 200, type: UserDto, description: 'The account as it is now.' })
  @Refused
  @NotFound
  @ApiProblem(409, 'Not in this state', 'account-deleted', 'account-pending', 'last-administrator')
  async update(
    @Param() { id: userId }: IdParam,
    @Body() { status = null, reason = null, ...profile }: UserChangeDto,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    const command = { actorId, userId, profile: toProfileChange(profile), status, reason, origin };
    return toUser(await this.changeAccount.execute(command), this.clock.now());
  }

  @Put(':id/lock')
  @RequirePermission('users:lock')
  @ApiOperation({
    summary: 'Lock an account',
    description: 'All its sessions end. A second lock replaces the first.',
  })
  @ApiBody({ type: LockDto, required: false })
  @ApiResponse({ status: 200, type: UserDto, description: 'The account as it is now.' })
  @ApiProblem(400, 'Refused', 'validation-failed', 'lock-in-the-past')
  @Refused
  @NotFound
  @ApiProblem(409, 'Not in this state', 'account-deleted', 'last-administrator')
  async lock(
    @Param() { id: userId }: IdParam,
    @Body() { until, reason = null }: LockDto,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    const command = { actorId, userId, until: toInstant(until), reason, origin };
    return toUser(await this.lockAccount.execute(command), this.clock.now());
  }

  @Put(':id/unlock')
  @RequirePermission('users:lock')
  @ApiOperation({
    summary: 'Unlock an account',
    description: 'Ends the lock of an administrator, and the waiting that wrong passwords led to.',
  })
  @ApiBody({ type: ReasonDto, required: false })
  @ApiResponse({ status: 200, type: UserDto, description: 'The account as it is now.' })
  @Refused
  @NotFound
  @ApiProblem(409, 'Not in this state', 'account-deleted')
  async unlock(
    @Param() { id: userId }: IdParam,
    @Body() { reason = null }: ReasonDto,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    return toUser(await this.unlockAccount.execute({ actorId, userId, reason, origin }), this.clock.now());
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('users:delete')
  @ApiOperation({ summary: 'Delete an account', description: 'It can be restored until it is erased.' })
  @ApiResponse({ status: 204, description: 'Deleted.' })
  @Refused
  @NotFound
  @ApiProblem(409, 'Not in this state', 'account-deleted', 'last-administrator')
  async delete(
    @Param() { id: userId }: IdParam,
    @Query() { reason = null }: ReasonQuery,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.removeAccount.execute({ actorId, userId, reason, origin });
  }

  @Post(':id/restore')
  @HttpCode(200)
  @RequirePermission('users:restore')
  @ApiOperation({ summary: 'Restore a deleted account', description: 'With everything but its sessions.' })
  @ApiBody({ type: ReasonDto, required: false })
  @ApiResponse({ status: 200, type: UserDto, description: 'The account as it is now.' })
  @Refused
  @NotFound
  @ApiProblem(409, 'Not in this state', 'account-not-deleted', 'restore-too-late')
  async restore(
    @Param() { id: userId }: IdParam,
    @Body() { reason = null }: ReasonDto,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<UserDto> {
    return toUser(await this.restoreAccount.execute({ actorId, userId, reason, origin }), this.clock.now());
  }
}
