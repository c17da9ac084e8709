import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-custom';
import type { AuthenticateRequest, Principal } from '#domain/session';

export const ACCESS_TOKEN_STRATEGY = 'access-token';

/** What the guard hands in; Passport is one per process, applications and their use cases are not. */
export interface AccessTokenOptions {
  readonly authenticateRequest: AuthenticateRequest;
}

const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

/** Bearer access tokens (RFC 6750), in the `Authorization` header only: URLs end up in logs. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, ACCESS_TOKEN_STRATEGY) {
  constructor() {
    super({ passOptionsToCallback: true });
  }

  /** Null when the request carries no token at all. */
  validate(
    { headers: { authorization } }: FastifyRequest,
    { authenticateRequest }: AccessTokenOptions,
  ): Principal | Promise<Principal> | null {
    if (authorization === undefined) return null;
    return authenticateRequest.execute(BEARER.exec(authorization)?.[1] ?? '');
  }
}
