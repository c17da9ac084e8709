import type { Permission } from './permission.vo.js';

/** The one decision: whether any of the rights granted, from however many roles, covers the one wanted. */
export const isAllowed = (granted: readonly Permission[], wanted: Permission): boolean =>
  granted.some((permission) => permission.covers(wanted));

/** The same of several. A wildcard wanted is covered by one granted, not by any number of single rights. */
export const areAllowed = (granted: readonly Permission[], wanted: readonly Permission[]): boolean =>
  wanted.every((permission) => isAllowed(granted, permission));
