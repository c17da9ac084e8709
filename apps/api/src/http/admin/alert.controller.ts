import { Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AcknowledgeAlert, SearchAlerts } from '#domain/alerting';
import type { RequestOrigin } from '#domain/kernel';
import type { Principal } from '#domain/session';
import { CurrentPrincipal } from '../access/current-principal.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import { ApiProblem } from '../openapi/api-problem.decorator.js';
import { Origin } from '../request/request-origin.js';
import { IdParam } from '../validation/params.js';
import { AlertQueryDto, toAlertQuery } from './alert.requests.js';
import { AlertDto, AlertPageDto, toAlert, toAlertPage } from './alert.responses.js';

@ApiTags('Administration')
@Controller('api/v1/admin/alerts')
export class AlertController {
  constructor(
    private readonly searchAlerts: SearchAlerts,
    private readonly acknowledgeAlert: AcknowledgeAlert,
  ) {}

  @Get()
  @RequirePermission('audit:read')
  @ApiOperation({
    summary: 'Find alerts, the one opened last first',
    description: 'All filters that are given must hold.',
  })
  @ApiResponse({ status: 200, type: AlertPageDto, description: 'One page of them.' })
  async list(@Query() query: AlertQueryDto): Promise<AlertPageDto> {
    return toAlertPage(await this.searchAlerts.execute(toAlertQuery(query)));
  }

  @Put(':id/acknowledgement')
  @RequirePermission('alerts:acknowledge')
  @ApiOperation({
    summary: 'Say that somebody has seen an alert',
    description: 'Whoever was first stays on record; saying it again changes nothing.',
  })
  @ApiResponse({ status: 200, type: AlertDto, description: 'The alert as it is now.' })
  @ApiProblem(404, 'Not there', 'alert-not-found')
  async acknowledge(
    @Param() { id }: IdParam,
    @CurrentPrincipal() { userId: actorId }: Principal,
    @Origin() origin: RequestOrigin,
  ): Promise<AlertDto> {
    return toAlert(await this.acknowledgeAlert.execute({ actorId, id, origin }));
  }
}
