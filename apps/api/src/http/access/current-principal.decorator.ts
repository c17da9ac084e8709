import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '#domain/session';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who makes the request; null on public routes, whatever token came along. */
    principal: Principal | null;
    /** What the guard is waiting for; null when there is nothing to wait for. */
    authentication: Promise<Principal> | null;
  }
}

export function principalOf({ principal }: FastifyRequest): Principal {
  if (!principal) throw new Error('A public route asks for its caller');
  return principal;
}

/** The caller of a protected route. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
