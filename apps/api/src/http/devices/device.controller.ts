import { Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { RequestOrigin } from '#domain/kernel';
import { ListDevices, RemoveDevice, SetDeviceTrust, type Principal } from '#domain/session';
import { Authenticated } from '../access/authenticated.decorator.js';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { Origin } from '../request/request-origin.js';
import { pageOfDevices } from '../sessions/newest-first.js';
import { IdParam, PageQuery } from '../validation/params.js';
import { DevicePageDto, toDevice } from './device.responses.js';

@ApiTags('Devices')
@Controller('api/v1/devices')
@Authenticated()
export class DeviceController {
  constructor(
    private readonly listDevices: ListDevices,
    private readonly setDeviceTrust: SetDeviceTrust,
    private readonly removeDevice: RemoveDevice,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The devices that the account signed in on, newest first' })
  @ApiResponse({ status: 200, type: DevicePageDto, description: 'One page of them.' })
  async list(
    @Query() query: PageQuery,
    @CurrentPrincipal() { userId, session }: Principal,
  ): Promise<DevicePageDto> {
    const { items, nextCursor } = pageOfDevices(await this.listDevices.execute(userId), query);
    return { items: items.map((device) => toDevice(device, session)), nextCursor };
  }

  @Put(':id/trust')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Trust a device',
    description:
      'Sessions on it, for as long as it proves to be it, are trusted more. Repeating it changes nothing.',
  })
  @ApiResponse({ status: 204, description: 'Trusted.' })
  @ApiProblem(403, 'The trust in this session is low itself', 'trust-too-low')
  @ApiProblem(404, 'No device of this account', 'device-not-found')
  async trust(
    @Param() { id: deviceId }: IdParam,
    @CurrentPrincipal() { session }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.setDeviceTrust.execute({ session, deviceId, trusted: true, origin });
  }

  @Delete(':id/trust')
  @HttpCode(204)
  @ApiOperation({ summary: 'No longer trust a device' })
  @ApiResponse({ status: 204, description: 'Not trusted.' })
  @ApiProblem(404, 'No device of this account', 'device-not-found')
  async distrust(
    @Param() { id: deviceId }: IdParam,
    @CurrentPrincipal() { session }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.setDeviceTrust.execute({ session, deviceId, trusted: false, origin });
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget a device and end its sessions' })
  @ApiResponse({ status: 204, description: 'Forgotten.' })
  @ApiProblem(404, 'No device of this account', 'device-not-found')
  async remove(
    @Param() { id: deviceId }: IdParam,
    @CurrentPrincipal() { userId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    await this.removeDevice.execute({ userId, deviceId, origin });
  }
}
