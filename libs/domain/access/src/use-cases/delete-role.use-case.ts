import { DomainError, type Clock, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import { roleNotFound } from '../model/access-errors.js';
import type { RoleTx } from '../ports/access-tx.js';
import type { RoleEvents } from '../ports/role-events.port.js';
import { Authority } from '../services/authority.js';

export interface DeleteRoleCommand {
  readonly actorId: string;
  readonly name: string;
  readonly origin: RequestOrigin;
}

export class DeleteRole {
  constructor(
    private readonly unitOfWork: UnitOfWork<RoleTx>,
    private readonly events: RoleEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `role-not-found`, `system-role`, `exceeds-own-permissions`, or `role-in-use`: taking it from everybody
   * at once would be one unbounded write, and a name that stays behind on somebody, deleted accounts included,
   * would come to life with the next role of that name.
   */
  async execute({ actorId, name, origin }: DeleteRoleCommand): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const authority = await Authority.of(tx, actorId, 'roles:manage', now);
      const role = await tx.roles.lock(name);
      if (!role) throw roleNotFound();
      role.ensureDeletable();
      authority.ensureCovers(role.permissions);
      if (await tx.roles.isInUse(name)) {
        throw DomainError.conflict('role-in-use', 'Accounts have this role; take it from them first');
      }
      tx.roles.delete(name);
      tx.audit.append({
        action: 'role.deleted',
        result: 'success',
        occurredAt: now,
        origin,
        actorId,
        metadata: { role: name, permissions: role.permissions.join(',') },
      });
    });
    this.events.publish(name);
  }
}
