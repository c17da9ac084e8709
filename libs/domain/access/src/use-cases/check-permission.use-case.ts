import { isAllowed } from '../model/is-allowed.js';
import type { Permission } from '../model/permission.vo.js';
import type { RolePermissions, RolePermissionsReader } from '../ports/role-permissions.port.js';

/** The check in front of every route that names a permission; without a promise when nothing must be read. */
export class CheckPermission {
  constructor(private readonly reader: RolePermissionsReader) {}

  /** A role that does not exist grants nothing. */
  execute(roles: readonly string[], wanted: Permission): boolean | Promise<boolean> {
    const known = this.reader.read();
    return known instanceof Promise
      ? known.then((permissions) => anyAllows(permissions, roles, wanted))
      : anyAllows(known, roles, wanted);
  }
}

const anyAllows = (known: RolePermissions, roles: readonly string[], wanted: Permission): boolean =>
  roles.some((role) => isAllowed(known.get(role) ?? [], wanted));
