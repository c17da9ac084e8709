import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { SearchAuditLog } from '#domain/audit';
import { RequirePermission } from '../access/require-permission.decorator.js';
import { AuditQueryDto, toAuditQuery } from './audit-log.requests.js';
import { AuditPageDto, toAuditPage } from './audit-log.responses.js';

@ApiTags('Administration')
@Controller('api/v1/admin/audit-logs')
export class AuditLogController {
  constructor(private readonly searchAuditLog: SearchAuditLog) {}

  @Get()
  @RequirePermission('audit:read')
  @ApiOperation({
    summary: 'Find audit events, newest first',
    description: 'All filters that are given must hold.',
  })
  @ApiResponse({ status: 200, type: AuditPageDto, description: 'One page of them.' })
  async list(@Query() query: AuditQueryDto): Promise<AuditPageDto> {
    return toAuditPage(await this.searchAuditLog.execute(toAuditQuery(query)));
  }
}
