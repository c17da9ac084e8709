import { Permission, Role, type RoleState } from '#domain/access';
import { at } from '#domain/kernel/testing';

let count = 0;

export const permissions = (...texts: string[]): Permission[] => texts.map((text) => Permission.of(text));

/** Never the same name twice, so that tests on one database do not meet. */
export const aRole = (overrides: Partial<RoleState> = {}): Role =>
  Role.restore({
    name: `role-${++count}`,
    description: 'Reads people',
    permissions: permissions('users:read'),
    system: false,
    createdAt: at(0),
    updatedAt: at(0),
    ...overrides,
  });
