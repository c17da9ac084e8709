import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ShowAccount } from '#domain/administration';
import { ListDevices, type Principal } from '#domain/session';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import { DevicePageDto, toDevice } from '../devices/device.responses.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { pageOfDevices } from '../sessions/newest-first.js';
import { IdParam, PageQuery } from '../validation/params.js';

@ApiTags('Administration')
@Controller('api/v1/admin/users/:id/devices')
export class UserDeviceController {
  constructor(
    private readonly showAccount: ShowAccount,
    private readonly listDevices: ListDevices,
  ) {}

  @Get()
  @RequirePermission('sessions:read')
  @ApiOperation({ summary: 'The devices of an account, newest first' })
  @ApiResponse({ status: 200, type: DevicePageDto, description: 'One page of them.' })
  @ApiProblem(404, 'Not there', 'user-not-found')
  async list(
    @Param() { id }: IdParam,
    @Query() query: PageQuery,
    @CurrentPrincipal() { session }: Principal,
  ): Promise<DevicePageDto> {
    await this.showAccount.execute(id);
    const { items, nextCursor } = pageOfDevices(await this.listDevices.execute(id), query);
    return { items: items.map((device) => toDevice(device, session)), nextCursor };
  }
}
