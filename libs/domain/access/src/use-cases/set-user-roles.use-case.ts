import { ADMINISTRATOR, ensureAnAdministratorRemains, type Accounts, type User } from '#domain/identity';
import { DomainError, type Clock, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import type { SessionEvents } from '#domain/session';
import { permissionsOf } from '../model/role.entity.js';
import type { UserRolesTx } from '../ports/access-tx.js';
import { Authority } from '../services/authority.js';

export interface SetUserRolesCommand {
  readonly actorId: string;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly origin: RequestOrigin;
}

/**
 * Gives an account exactly these roles. Nobody gives more than they hold, nor changes what somebody has who holds
 * more than they do: a lesser administrator could otherwise remove a greater one.
 */
export class SetUserRoles {
  constructor(
    private readonly unitOfWork: UnitOfWork<UserRolesTx>,
    private readonly events: SessionEvents,
    private readonly clock: Clock,
  ) {}

  /** Throws `user-not-found`, `account-deleted`, `unknown-role`, `exceeds-own-permissions` or `last-administrator`. */
  async execute({ actorId, userId, roles, origin }: SetUserRolesCommand): Promise<User> {
    const wanted = [...new Set(roles)];
    const changed = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const target = await lockBoth(tx.accounts, actorId, userId);
      const authority = await Authority.of(tx, actorId, 'roles:assign', now);
      if (!target) throw userNotFound();
      if (target.state.status === 'deleted') throw accountDeleted();
      authority.ensureCovers(permissionsOf(await tx.roles.ofUser(userId)));
      const known = await tx.roles.hold(wanted);
      if (known.length < wanted.length) throw unknownRole();
      authority.ensureCovers(permissionsOf(known));
      if (!wanted.includes(ADMINISTRATOR)) await ensureAnAdministratorRemains(tx, target, now);

      const user = target.withRoles(wanted, now);
      tx.accounts.update(user);
      tx.audit.append({
        action: 'user.roles-changed',
        result: 'success',
        occurredAt: now,
        origin,
        actorId,
        userId,
        metadata: { before: target.state.roles.join(','), roles: wanted.join(',') },
      });
      return user;
    });
    // The session's cached copy carries the roles.
    this.events.publish({ userId, sessionIds: 'all' });
    return changed;
  }
}

/**
 * The actor too, so that of two who strip each other the second has lost the right by the time it is asked; by
 * id, so that neither waits for the other.
 */
async function lockBoth(accounts: Accounts, actorId: string, userId: string): Promise<User | null> {
  const users = await Promise.all([...new Set([actorId, userId])].sort().map((id) => accounts.lockById(id)));
  return users.find((user) => user?.id === userId) ?? null;
}

const userNotFound = (): DomainError => DomainError.notFound('user-not-found', 'There is no such account');

const accountDeleted = (): DomainError =>
  DomainError.conflict('account-deleted', 'This account was deleted; restore it first');

const unknownRole = (): DomainError =>
  DomainError.invalid('unknown-role', 'names a role that does not exist', 'roles');
