import { token } from '#domain/kernel';
import type { Permission } from '../model/permission.vo.js';

/** What each role grants, by its name. */
export type RolePermissions = ReadonlyMap<string, readonly Permission[]>;

/**
 * From a near cache at most one second old; see the caching adapter. Answers without a promise when it is in
 * memory, which on the hot path it is.
 */
export interface RolePermissionsReader {
  read(): RolePermissions | Promise<RolePermissions>;
}

export const ROLE_PERMISSIONS_READER = token<RolePermissionsReader>('RolePermissionsReader');
