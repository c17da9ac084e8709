import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { DomainError } from '#domain/kernel';
import { AuthenticateRequest } from '#domain/session';
import { ACCESS_TOKEN_STRATEGY, type AccessTokenOptions } from './access-token.strategy.js';
import { PUBLIC } from './public.decorator.js';

/** Denies by default: a route is for holders of an access token unless it says `@Public()`. */
@Injectable()
export class AccessGuard extends AuthGuard(ACCESS_TOKEN_STRATEGY) {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticateRequest: AuthenticateRequest,
  ) {
    super({ property: 'principal' });
  }

  override canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const isPublic = this.reflector.getAllAndOverride<boolean>(PUBLIC, [
      context.getHandler(),
      context.getClass(),
    ]);
    return isPublic ? true : super.canActivate(context);
  }

  override getAuthenticateOptions(): AccessTokenOptions {
    return { authenticateRequest: this.authenticateRequest };
  }

  override handleRequest<Principal>(error: Error | null, principal: Principal | false | null): Principal {
    if (error) throw error;
    if (principal) return principal;
    throw DomainError.unauthenticated('token-missing', 'This request needs an access token');
  }
}
