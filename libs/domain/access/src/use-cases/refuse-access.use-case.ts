import type { AuditTrail } from '#domain/audit';
import type { Clock, RequestOrigin, UnitOfWork } from '#domain/kernel';
import type { Principal } from '#domain/session';
import { permissionDenied } from '../model/access-errors.js';
import type { Permission } from '../model/permission.vo.js';

export interface RefusedAttempt {
  readonly principal: Principal;
  readonly wanted: Permission;
  /** Method and template, never the concrete path: that may hold somebody's identifier. */
  readonly route: string;
  readonly origin: RequestOrigin;
}

/** Somebody who tries doors is worth knowing about: the refusal is on record before it is told. */
export class RefuseAccess {
  constructor(
    private readonly unitOfWork: UnitOfWork<{ readonly audit: AuditTrail }>,
    private readonly clock: Clock,
  ) {}

  /** Throws `permission-denied`. */
  async execute({ principal, wanted, route, origin }: RefusedAttempt): Promise<never> {
    const refusal = permissionDenied();
    await this.unitOfWork.run(async ({ audit }) =>
      audit.append({
        action: 'access.denied',
        result: 'failure',
        occurredAt: this.clock.now(),
        origin,
        actorId: principal.userId,
        sessionId: principal.session.id,
        reason: refusal.code,
        metadata: { permission: wanted.toString(), route },
      }),
    );
    throw refusal;
  }
}
