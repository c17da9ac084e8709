import type { Clock, RequestOrigin, UnitOfWork } from '#domain/kernel';
import { Role, type RoleDefinition } from '../model/role.entity.js';
import type { RoleTx } from '../ports/access-tx.js';
import type { RoleEvents } from '../ports/role-events.port.js';
import { Authority } from '../services/authority.js';

export interface RoleCommand {
  readonly actorId: string;
  readonly name: string;
  readonly definition: RoleDefinition;
  readonly origin: RequestOrigin;
}

export class CreateRole {
  constructor(
    private readonly unitOfWork: UnitOfWork<RoleTx>,
    private readonly events: RoleEvents,
    private readonly clock: Clock,
  ) {}

  /** Throws `role-exists`, or `exceeds-own-permissions`: a role could be given to oneself next. */
  async execute({ actorId, name, definition, origin }: RoleCommand): Promise<Role> {
    const created = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const role = Role.create(name, definition, now);
      (await Authority.of(tx, actorId, 'roles:manage', now)).ensureCovers(role.permissions);
      tx.roles.insert(role);
      tx.audit.append({
        action: 'role.created',
        result: 'success',
        occurredAt: now,
        origin,
        actorId,
        metadata: { role: name, permissions: role.permissions.join(',') },
      });
      return role;
    });
    this.events.publish(name);
    return created;
  }
}
