import { Controller, Get, Header, Inject, Optional, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BlockList, isIPv6 } from 'node:net';
import { carriesToken, Metrics } from '#adapters/prometheus';
import { DomainError, token, type Secret } from '#domain/kernel';
import { Public } from '../access/public.decorator.js';

export const METRICS_TOKEN = token<Secret | undefined>('MetricsToken');

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** What proxies add. One on this machine is no reason to answer whoever is behind it. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** Beside the API, for the holder of the token, else for this machine. Not part of the API. */
@ApiExcludeController()
@Controller('metrics')
@Public()
export class MetricsController {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Optional() @Inject(METRICS_TOKEN) private readonly token?: Secret,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async scrape(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    if (this.token === undefined) refuseOtherMachines(request);
    else if (!carriesToken(request.headers.authorization, this.token)) {
      throw DomainError.unauthenticated('invalid-token', 'This needs the token for metrics');
    }
    reply.type(this.metrics.contentType);
    return this.metrics.exposition();
  }
}

function refuseOtherMachines({ raw: { headers, socket } }: FastifyRequest): void {
  const peer = socket.remoteAddress ?? '';
  const local = LOOPBACK.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4');
  if (!local || FORWARDED.some((name) => name in headers)) {
    throw DomainError.notFound('not-found', 'There is nothing here');
  }
}
