import type { Role } from '../model/role.entity.js';
import type { RoleDirectory } from '../ports/roles.port.js';

export class ListRoles {
  constructor(private readonly directory: RoleDirectory) {}

  /** By name. */
  execute(): Promise<readonly Role[]> {
    return this.directory.list();
  }
}
