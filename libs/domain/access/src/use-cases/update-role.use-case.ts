import type { Clock, UnitOfWork } from '#domain/kernel';
import { roleNotFound } from '../model/access-errors.js';
import type { Role } from '../model/role.entity.js';
import type { RoleTx } from '../ports/access-tx.js';
import type { RoleEvents } from '../ports/role-events.port.js';
import { Authority } from '../services/authority.js';
import type { RoleCommand } from './create-role.use-case.js';

export class UpdateRole {
  constructor(
    private readonly unitOfWork: UnitOfWork<RoleTx>,
    private readonly events: RoleEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `role-not-found`, `role-protected`, or `exceeds-own-permissions`: for what the role is to grant, and
   * for what it granted, which would be taken from people who hold more than the caller.
   */
  async execute({ actorId, name, definition, origin }: RoleCommand): Promise<Role> {
    const updated = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const authority = await Authority.of(tx, actorId, 'roles:manage', now);
      const before = await tx.roles.lock(name);
      if (!before) throw roleNotFound();
      const role = before.redefined(definition, now);
      authority.ensureCovers([...before.permissions, ...role.permissions]);
      tx.roles.update(role);
      tx.audit.append({
        action: 'role.updated',
        result: 'success',
        occurredAt: now,
        origin,
        actorId,
        metadata: {
          role: name,
          before: before.permissions.join(','),
          permissions: role.permissions.join(','),
        },
      });
      return role;
    });
    this.events.publish(name);
    return updated;
  }
}
