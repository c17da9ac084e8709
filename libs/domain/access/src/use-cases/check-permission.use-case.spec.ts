import { describe, expect, it } from '@jest/globals';
import { Permission, type RolePermissions } from '#domain/access';
import { permissions } from '#domain/access/testing';
import { CheckPermission } from './check-permission.use-case.js';

const known: RolePermissions = new Map([
  ['reader', permissions('users:read')],
  ['locker', permissions('users:lock', 'sessions:*')],
]);

describe.each([
  ['in memory', { read: () => known }],
  ['still to be read', { read: () => Promise.resolve(known) }],
])('CheckPermission, with the roles %s', (_where, reader) => {
  const check = async (wanted: string, ...roles: string[]) =>
    new CheckPermission(reader).execute(roles, Permission.of(wanted));

  it('allows what any of the roles grants, and nothing else', async () => {
    expect(await check('users:read', 'reader')).toBe(true);
    expect(await check('sessions:revoke', 'reader', 'locker')).toBe(true);
    expect(await check('users:delete', 'reader', 'locker')).toBe(false);
  });

  it('grants nothing for no role, and for one that does not exist', async () => {
    expect(await check('users:read')).toBe(false);
    expect(await check('users:read', 'gone', 'constructor', '__proto__')).toBe(false);
  });
});
