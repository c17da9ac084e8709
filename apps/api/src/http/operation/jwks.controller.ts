import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { PUBLIC_KEYS, type PublicKeys } from '#domain/session';
import { Public } from '../access/public.decorator.js';

@ApiTags('Operation')
@Controller('.well-known')
@Public()
export class JwksController {
  constructor(@Inject(PUBLIC_KEYS) private readonly publicKeys: PublicKeys) {}

  /** A new key is published well before it signs, so verifiers may keep what they fetched for a while. */
  @Get('jwks.json')
  @Header('Cache-Control', 'public, max-age=300')
  @ApiOperation({ summary: 'The public keys that access tokens are signed with (RFC 7517)' })
  @ApiResponse({
    status: 200,
    description: 'Every key that may have signed a live token or soon will.',
    schema: {
      type: 'object',
      required: ['keys'],
      properties: { keys: { type: 'array', items: { type: 'object', additionalProperties: true } } },
    },
  })
  jwks(): object {
    return this.publicKeys.jwks();
  }
}
