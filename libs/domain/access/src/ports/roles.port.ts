import { token } from '#domain/kernel';
import type { Role } from '../model/role.entity.js';

/**
 * Roles inside a unit of work. Writes are write-behind: they are stored with the commit, and a name that is taken
 * makes the whole unit of work fail with `role-exists`.
 */
export interface Roles {
  /** Keeps the role from being changed, deleted or given to anybody until the transaction ends. */
  lock(name: string): Promise<Role | null>;
  /** Those of the names that exist; keeps them from being deleted until the transaction ends. */
  hold(names: readonly string[]): Promise<readonly Role[]>;
  /** The account's roles as they are now, waiting for nobody. One that no longer exists is left out. */
  ofUser(userId: string): Promise<readonly Role[]>;
  /** Whether any account has it, deleted ones included; asked after `lock`, nobody can be given it meanwhile. */
  isInUse(name: string): Promise<boolean>;
  insert(role: Role): void;
  update(role: Role): void;
  delete(name: string): void;
}

/** Roles outside a transaction: for showing, never for deciding who may change what. */
export interface RoleDirectory {
  /** By name. A deployment has tens of them. */
  list(): Promise<readonly Role[]>;
  find(name: string): Promise<Role | null>;
}

export const ROLE_DIRECTORY = token<RoleDirectory>('RoleDirectory');
