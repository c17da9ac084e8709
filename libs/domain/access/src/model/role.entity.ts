import { DomainError } from '#domain/kernel';
import { ADMINISTRATOR } from '#domain/identity';
import type { Permission } from './permission.vo.js';

export const MAX_ROLE_NAME_LENGTH = 40;
export const ROLE_NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** Their names travel in every access token, which has to fit into a header. */
export const MAX_ROLES_PER_USER = 20;

export interface RoleDefinition {
  readonly description: string;
  readonly permissions: readonly Permission[];
}

export interface RoleState extends RoleDefinition {
  readonly name: string;
  /** Part of every deployment; cannot be deleted. */
  readonly system: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A named set of permissions. Immutable; each change returns the next state, which the caller stores. */
export class Role {
  private constructor(readonly state: RoleState) {}

  static create(name: string, definition: RoleDefinition, now: Date): Role {
    if (name.length > MAX_ROLE_NAME_LENGTH || !ROLE_NAME.test(name)) {
      throw DomainError.invalid('invalid-role-name', 'not a name for a role', 'name');
    }
    return new Role({ name, ...definition, system: false, createdAt: now, updatedAt: now });
  }

  static restore(state: RoleState): Role {
    return new Role(state);
  }

  get name(): string {
    return this.state.name;
  }

  get permissions(): readonly Permission[] {
    return this.state.permissions;
  }

  /** Throws `role-protected` for `admin`: an administrator who may not do everything could lose the rest too. */
  redefined(definition: RoleDefinition, now: Date): Role {
    if (this.name === ADMINISTRATOR) {
      throw DomainError.conflict('role-protected', 'What administrators may do cannot be changed');
    }
    return new Role({ ...this.state, ...definition, updatedAt: now });
  }

  /** Throws `system-role`. */
  ensureDeletable(): void {
    if (this.state.system) throw DomainError.conflict('system-role', 'A system role cannot be deleted');
  }
}

/** The union of what the roles grant. */
export const permissionsOf = (roles: readonly Role[]): readonly Permission[] =>
  roles.flatMap(({ permissions }) => permissions);
