import { roleNotFound } from '../model/access-errors.js';
import type { Role } from '../model/role.entity.js';
import type { RoleDirectory } from '../ports/roles.port.js';

export class GetRole {
  constructor(private readonly directory: RoleDirectory) {}

  /** Throws `role-not-found`. */
  async execute(name: string): Promise<Role> {
    const role = await this.directory.find(name);
    if (!role) throw roleNotFound();
    return role;
  }
}
