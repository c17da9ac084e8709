import { Controller, Get, Inject, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorFunction,
} from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '../access/public.decorator.js';
import { HealthDto, ReadinessDto } from './health.responses.js';
import { Lifecycle } from './lifecycle.js';
import { READINESS_PROBES, type ReadinessProbe } from './readiness.js';

const PROBE_TIMEOUT_MS = 1_000;
/** However often it is asked, and by whom, what the service leans on hears of it this often. */
const PROBE_CACHE_MS = 250;

@ApiTags('Operation')
@Controller()
@Public()
export class HealthController {
  readonly #indicators: HealthIndicatorFunction[];

  constructor(
    private readonly health: HealthCheckService,
    private readonly lifecycle: Lifecycle,
    indicators: HealthIndicatorService,
    @Inject(READINESS_PROBES) probes: readonly ReadinessProbe[],
  ) {
    this.#indicators = probes.map((probe) => indicatorOf(probe, indicators));
  }

  @Get('health')
  @ApiOperation({ summary: 'Whether the process is alive' })
  @ApiResponse({ status: 200, type: HealthDto, description: 'Alive.' })
  alive(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Whether the service can do its work',
    description: 'Degraded, and still ready, when something is gone that it can do without.',
  })
  @ApiResponse({ status: 200, type: ReadinessDto, description: 'Ready, or degraded.' })
  @ApiResponse({ status: 503, type: ReadinessDto, description: 'Not ready, or about to stop.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessDto> {
    const { status, details } = await this.#check();
    const checks = Object.fromEntries(Object.entries(details).map(([name, check]) => [name, check.status]));
    const readiness = { status: this.lifecycle.draining ? 'shutting_down' : status, checks } as const;
    const ready = readiness.status === 'ok' || readiness.status === 'degraded';
    reply.status(ready ? 200 : 503);
    return readiness;
  }

  async #check(): Promise<HealthCheckResult> {
    try {
      return await this.health.check(this.#indicators);
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }
}

const indicatorOf =
  (probe: ReadinessProbe, indicators: HealthIndicatorService): HealthIndicatorFunction =>
  async () => {
    const session = indicators.check(probe.name);
    const result = await session
      .attempt(async () => {
        if (!(await probe.check())) throw new Error('down');
      })
      .withTimeout(PROBE_TIMEOUT_MS)
      .cacheFor(PROBE_CACHE_MS);
    return probe.critical || result[probe.name]?.status === 'up' ? result : session.degraded();
  };
