import { Permission, Role, type RoleDirectory, type Roles } from '#domain/access';
import type { PostgresTransaction, Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

interface RoleRow {
  readonly name: string;
  readonly description: string;
  readonly permissions: string[];
  readonly system: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** One by one: a prepared `SELECT *` fails for good once a newer version has added a column. */
const COLUMNS = 'r.name, r.description, r.permissions, r.system, r.created_at, r.updated_at';

const LIST = statement('role_list', `SELECT ${COLUMNS} FROM gatehouse.roles r ORDER BY name COLLATE "C"`);
const FIND = statement('role_find', `SELECT ${COLUMNS} FROM gatehouse.roles r WHERE name = $1`);
const LOCK = statement('role_lock', `SELECT ${COLUMNS} FROM gatehouse.roles r WHERE name = $1 FOR UPDATE`);
/** In one order, so that no two wait for each other. */
const HOLD = statement(
  'role_hold',
  `SELECT ${COLUMNS} FROM gatehouse.roles r WHERE name = ANY($1) ORDER BY name FOR KEY SHARE`,
);
const OF_USER = statement(
  'role_of_user',
  `SELECT ${COLUMNS} FROM gatehouse.users u JOIN gatehouse.roles r ON r.name = ANY(u.roles) WHERE u.id = $1`,
);
const IN_USE = statement('role_in_use', `SELECT FROM gatehouse.users WHERE roles @> ARRAY[$1::text] LIMIT 1`);
const INSERT = statement(
  'role_insert',
  `INSERT INTO gatehouse.roles (name, description, permissions, system, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6)`,
);
const UPDATE = statement(
  'role_update',
  `UPDATE gatehouse.roles SET description = $2, permissions = $3, updated_at = $4 WHERE name = $1`,
);
const DELETE = statement('role_delete', `DELETE FROM gatehouse.roles WHERE name = $1`);

export class PostgresRoles implements Roles {
  constructor(private readonly db: PostgresTransaction) {}

  async lock(name: string): Promise<Role | null> {
    const { rows } = await this.db.query<RoleRow>(LOCK, [name]);
    return rows[0] ? toRole(rows[0]) : null;
  }

  async hold(names: readonly string[]): Promise<readonly Role[]> {
    const { rows } = await this.db.query<RoleRow>(HOLD, [names]);
    return rows.map(toRole);
  }

  async ofUser(userId: string): Promise<readonly Role[]> {
    const { rows } = await this.db.query<RoleRow>(OF_USER, [userId]);
    return rows.map(toRole);
  }

  async isInUse(name: string): Promise<boolean> {
    const { rowCount } = await this.db.query(IN_USE, [name]);
    return rowCount === 1;
  }

  insert({ state }: Role): void {
    const { name, description, permissions, system, createdAt, updatedAt } = state;
    this.db.defer(INSERT, [name, description, permissions.map(String), system, createdAt, updatedAt]);
  }

  update({ state: { name, description, permissions, updatedAt } }: Role): void {
    this.db.defer(UPDATE, [name, description, permissions.map(String), updatedAt]);
  }

  delete(name: string): void {
    this.db.defer(DELETE, [name]);
  }
}

export class PostgresRoleDirectory implements RoleDirectory {
  constructor(private readonly db: Queryable) {}

  async list(): Promise<readonly Role[]> {
    const { rows } = await this.db.query<RoleRow>(LIST, []);
    return rows.map(toRole);
  }

  async find(name: string): Promise<Role | null> {
    const { rows } = await this.db.query<RoleRow>(FIND, [name]);
    return rows[0] ? toRole(rows[0]) : null;
  }
}

const toRole = ({ permissions, created_at, updated_at, ...row }: RoleRow): Role =>
  Role.restore({
    ...row,
    permissions: permissions.map((text) => Permission.of(text)),
    createdAt: created_at,
    updatedAt: updated_at,
  });
