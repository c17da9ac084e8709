import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiExcludeController, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { randomBytes } from 'node:crypto';
import { devOutboxContentSecurityPolicy, renderDevOutboxPage } from '#adapters/templates';
import { DEV_OUTBOX, type DevOutbox, type DevOutboxMessage } from '#domain/notification';
import { Public } from '../access/public.decorator.js';
import { IsPlainText } from '../validation/text.js';

const LIMIT = 100;

class OutboxQuery {
  @ApiPropertyOptional()
  @IsOptional()
  @IsPlainText(0, 320)
  readonly to?: string;
}

/** Where messages go until there is a transport. Not part of the API, and not there in production. */
@ApiExcludeController()
@Controller('dev')
@Public()
export class DevOutboxController {
  constructor(@Inject(DEV_OUTBOX) private readonly outbox: DevOutbox) {}

  @Get('outbox')
  async page(@Query() { to }: OutboxQuery, @Res() reply: FastifyReply): Promise<void> {
    const messages = await this.#list(to);
    const nonce = randomBytes(16).toString('base64url');
    await reply
      .header('content-security-policy', devOutboxContentSecurityPolicy(nonce))
      .type('text/html; charset=utf-8')
      .send(renderDevOutboxPage({ messages, to: to ?? '', nonce }));
  }

  @Get('outbox.json')
  async json(@Query() { to }: OutboxQuery): Promise<{ items: object[] }> {
    const items = await this.#list(to);
    return {
      items: items.map(({ id, channel, to, template, subject, text, html, code, createdAt }) => ({
        id,
        channel,
        to,
        template,
        subject,
        text,
        html,
        code,
        createdAt: createdAt.toISOString(),
      })),
    };
  }

  #list(to: string | undefined): Promise<readonly DevOutboxMessage[]> {
    return this.outbox.list({ to: to || undefined, limit: LIMIT });
  }
}
