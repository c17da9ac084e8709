import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-custom';
import type { Principal } from '#domain/session';

export const ACCESS_TOKEN_STRATEGY = 'access-token';

/**
 * Waits for the authentication that the guard began. Holds nothing of the application, because Passport is one
 * per process and applications are not.
 */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, ACCESS_TOKEN_STRATEGY) {
  /** Null when the request carries no token at all. */
  validate({ authentication }: FastifyRequest): Promise<Principal> | null {
    return authentication;
  }
}
