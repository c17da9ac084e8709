import { Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DeleteAccount, GetOwnAccount, UpdateProfile } from '#domain/identity';
import type { RequestOrigin } from '#domain/kernel';
import type { Principal } from '#domain/session';
import { Authenticated } from '../access/authenticated.decorator.js';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { Origin } from '../request/request-origin.js';
import { ProfileChangeDto, toProfileChange } from './account.requests.js';
import { AccountDto, toAccount } from './account.responses.js';

@ApiTags('Own account')
@Controller('api/v1')
@Authenticated()
export class AccountController {
  constructor(
    private readonly getOwnAccount: GetOwnAccount,
    private readonly updateProfile: UpdateProfile,
    private readonly deleteAccount: DeleteAccount,
  ) {}

  @Get('auth/me')
  @ApiOperation({ summary: 'Who is signed in: the own account' })
  @ApiResponse({ status: 200, type: AccountDto, description: 'The account behind the access token.' })
  me(@CurrentPrincipal() principal: Principal): Promise<AccountDto> {
    return this.get(principal);
  }

  @Get('users/me')
  @ApiOperation({ summary: 'The own account' })
  @ApiResponse({ status: 200, type: AccountDto, description: 'The account behind the access token.' })
  async get(@CurrentPrincipal() { userId }: Principal): Promise<AccountDto> {
    return toAccount(await this.getOwnAccount.execute(userId));
  }

  @Put('users/me')
  @ApiOperation({ summary: 'Change the own profile' })
  @ApiBody({ type: ProfileChangeDto, required: false })
  @ApiResponse({ status: 200, type: AccountDto, description: 'The account as it is now.' })
  async update(
    @Body() profile: ProfileChangeDto,
    @CurrentPrincipal() { userId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<AccountDto> {
    const change = toProfileChange(profile);
    return toAccount(await this.updateProfile.execute({ userId, change, origin }));
  }

  @Delete('users/me')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete the own account',
    description: 'All sessions end. The identifiers stay reserved for a while before they are erased.',
  })
  @ApiResponse({ status: 204, description: 'Deleted.' })
  async delete(@CurrentPrincipal() { userId }: Principal, @Origin() origin: RequestOrigin): Promise<void> {
    await this.deleteAccount.execute({ userId, origin });
  }
}
