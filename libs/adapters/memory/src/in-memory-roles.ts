import { Permission, Role, type RoleDirectory, type Roles } from '#domain/access';
import type { InMemoryDatabase, RoleRow, Tables } from './in-memory-database.js';

export class InMemoryRoles implements Roles {
  constructor(private readonly tables: Tables) {}

  async lock(name: string): Promise<Role | null> {
    const row = this.tables.roles.find((role) => role.name === name);
    return row ? toRole(row) : null;
  }

  async hold(names: readonly string[]): Promise<readonly Role[]> {
    return this.tables.roles.filter(({ name }) => names.includes(name)).map(toRole);
  }

  async ofUser(userId: string): Promise<readonly Role[]> {
    return this.hold(this.tables.users.find(({ id }) => id === userId)?.roles ?? []);
  }

  async isInUse(name: string): Promise<boolean> {
    return this.tables.users.some(({ roles }) => roles.includes(name));
  }

  insert(role: Role): void {
    this.tables.roles.push(toRow(role));
  }

  update(role: Role): void {
    this.tables.roles = this.tables.roles.map((row) => (row.name === role.name ? toRow(role) : row));
  }

  delete(name: string): void {
    this.tables.roles = this.tables.roles.filter((row) => row.name !== name);
  }
}

export class InMemoryRoleDirectory implements RoleDirectory {
  constructor(private readonly database: InMemoryDatabase) {}

  async list(): Promise<readonly Role[]> {
    return this.database.tables.roles.sort((a, b) => (a.name < b.name ? -1 : 1)).map(toRole);
  }

  async find(name: string): Promise<Role | null> {
    const row = this.database.tables.roles.find((role) => role.name === name);
    return row ? toRole(row) : null;
  }
}

const toRow = ({ state }: Role): RoleRow =>
  structuredClone({ ...state, permissions: state.permissions.map(String) });

const toRole = (row: RoleRow): Role =>
  Role.restore({
    ...structuredClone(row),
    permissions: row.permissions.map((text) => Permission.of(text)),
  });
