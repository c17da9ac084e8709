import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '#domain/kernel';
import { AuthenticateRequest, type Principal } from '#domain/session';
import { ACCESS_TOKEN_STRATEGY } from './access-token.strategy.js';
import { PUBLIC } from './public.decorator.js';

/** RFC 6750, in the `Authorization` header only: URLs end up in logs. */
const BEARER = /^Bearer +([\w.~+/-]+=*) *$/i;

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
    if (isPublic) return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const authentication = this.#authenticate(request);
    // What is known already is not taken through Passport: the objects that it makes for each request outlive
    // it, and collecting them costs more than all the rest of the check.
    if (authentication !== null && !(authentication instanceof Promise)) {
      request.principal = authentication;
      return true;
    }
    request.authentication = authentication;
    return super.canActivate(context);
  }

  override handleRequest<User>(error: Error | null, user: User | false | null): User {
    if (error) throw error;
    if (user) return user;
    throw DomainError.unauthenticated('token-missing', 'This request needs an access token');
  }

  #authenticate({ headers: { authorization } }: FastifyRequest): Principal | Promise<Principal> | null {
    if (authorization === undefined) return null;
    return this.authenticateRequest.execute(BEARER.exec(authorization)?.[1] ?? '');
  }
}
