import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { CheckPermission, RefuseAccess, type Permission } from '#domain/access';
import { DomainError } from '#domain/kernel';
import { AuthenticateRequest, type Principal } from '#domain/session';
import { requestOrigin } from '../request/request-origin.js';
import { ACCESS, type Access } from './access-statement.js';
import { ACCESS_TOKEN_STRATEGY } from './access-token.strategy.js';
import { bearerToken } from './bearer-token.js';
import { CookieAuthentication } from './cookie-authentication.js';
import { principalOf } from './current-principal.decorator.js';

/**
 * In front of every route, and closed unless the route says whom it is for: `@Public()`, `@Authenticated()` or
 * `@RequirePermission()`, on itself or else on its controller.
 */
@Injectable()
export class AccessGuard extends AuthGuard(ACCESS_TOKEN_STRATEGY) {
  readonly #stated = new Map<object, Map<object, Access>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly authenticateRequest: AuthenticateRequest,
    private readonly cookieAuthentication: CookieAuthentication,
    private readonly checkPermission: CheckPermission,
    private readonly refuseAccess: RefuseAccess,
  ) {
    super({ property: 'principal' });
  }

  override canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const access = this.#accessOf(context);
    if (access === 'public') return true;

    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const authentication = this.#authenticate(request);
    // What is known already is not taken through Passport: the objects that it makes for each request outlive
    // it, and collecting them costs more than all the rest of the check.
    if (authentication !== null && !(authentication instanceof Promise)) {
      request.principal = authentication;
      return access === 'authenticated' || this.#isPermitted(access, request);
    }
    request.authentication = authentication;
    const authenticated = super.canActivate(context) as Promise<boolean>;
    return access === 'authenticated'
      ? authenticated
      : authenticated.then(() => this.#isPermitted(access, request));
  }

  override handleRequest<User>(error: Error | null, user: User | false | null): User {
    if (error) throw error;
    if (user) return user;
    throw DomainError.unauthenticated('token-missing', 'This request needs an access token');
  }

  /** The header wins where there is one: a bad token in it is not made good by a cookie. */
  #authenticate(request: FastifyRequest): Principal | Promise<Principal> | null {
    const { authorization, cookie } = request.headers;
    if (authorization === undefined) {
      return cookie === undefined ? null : this.cookieAuthentication.execute(request);
    }
    return this.authenticateRequest.execute(bearerToken(authorization));
  }

  #isPermitted(wanted: Permission, request: FastifyRequest): true | Promise<true> {
    const principal = principalOf(request);
    const refuse = (): Promise<never> => {
      const route = `${request.method} ${request.routeOptions.url}`;
      return this.refuseAccess.execute({ principal, wanted, route, origin: requestOrigin(request) });
    };
    const allowed = this.checkPermission.execute(principal.roles, wanted);
    if (allowed instanceof Promise) return allowed.then((answer) => answer || refuse());
    return allowed || refuse();
  }

  /** Asked of the metadata once a route: reflecting for each request costs more than the decision. */
  #accessOf(context: ExecutionContext): Access {
    const [controller, handler] = [context.getClass(), context.getHandler()];
    let routes = this.#stated.get(controller);
    if (!routes) this.#stated.set(controller, (routes = new Map<object, Access>()));
    let access = routes.get(handler);
    if (access === undefined) {
      access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]);
      if (access === undefined) {
        throw DomainError.forbidden('route-closed', 'This route does not say whom it is for');
      }
      routes.set(handler, access);
    }
    return access;
  }
}
