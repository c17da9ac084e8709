import { existing, type Accounts } from '#domain/identity';
import { exceedsOwnPermissions, permissionDenied } from '../model/access-errors.js';
import { areAllowed, isAllowed } from '../model/is-allowed.js';
import { Permission, type OwnPermission } from '../model/permission.vo.js';
import { permissionsOf } from '../model/role.entity.js';
import type { Roles } from '../ports/roles.port.js';

interface Tx {
  readonly roles: Roles;
}

/**
 * What somebody may do at this moment, read inside the transaction that they ask for. The guard in front of the
 * route went by a cache, and whoever was stripped of a role or shut out a moment ago must not undo it.
 */
export class Authority {
  private constructor(private readonly granted: readonly Permission[]) {}

  /**
   * Locks the account, which takes turns with its being shut out. Throws what keeps it from signing in, or
   * `permission-denied` unless it holds the permission that the route asked for.
   */
  static async of(
    tx: Tx & { readonly accounts: Accounts },
    userId: string,
    needed: OwnPermission,
    now: Date,
  ): Promise<Authority> {
    const refusal = existing(await tx.accounts.lockById(userId)).signInRefusal(now);
    if (refusal) throw refusal;
    return Authority.ofLocked(tx, userId, needed);
  }

  /** As `of`, for whoever has locked and judged the account themselves. */
  static async ofLocked({ roles }: Tx, userId: string, needed: OwnPermission): Promise<Authority> {
    const granted = permissionsOf(await roles.ofUser(userId));
    if (!isAllowed(granted, Permission.of(needed))) throw permissionDenied();
    return new Authority(granted);
  }

  /** Nobody grants, takes or edits what they do not hold. Throws `exceeds-own-permissions`. */
  ensureCovers(permissions: readonly Permission[]): void {
    if (!areAllowed(this.granted, permissions)) throw exceedsOwnPermissions();
  }
}

/**
 * Nobody acts on an account that may do more than their own: to be awaited in every use case of administration
 * that changes somebody else, with both accounts locked and the actor's judged. Throws `permission-denied` or
 * `exceeds-own-permissions`.
 */
export async function ensureMayActOn(
  tx: Tx,
  actorId: string,
  targetId: string,
  needed: OwnPermission,
): Promise<void> {
  const [authority, roles] = await Promise.all([
    Authority.ofLocked(tx, actorId, needed),
    tx.roles.ofUser(targetId),
  ]);
  authority.ensureCovers(permissionsOf(roles));
}
