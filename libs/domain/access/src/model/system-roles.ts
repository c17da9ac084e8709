import { ADMINISTRATOR } from '#domain/identity';
import { Permission } from './permission.vo.js';

/** The roles that every deployment begins with. What a moderator or a user may do can be changed later. */
export const SYSTEM_ROLES = [
  {
    name: ADMINISTRATOR,
    description: 'May do everything',
    permissions: [Permission.of('*:*')],
  },
  {
    name: 'moderator',
    description: 'Looks after people: sees accounts, locks them, ends their sessions',
    permissions: ['users:read', 'users:lock', 'sessions:read', 'sessions:revoke'].map((text) =>
      Permission.of(text),
    ),
  },
  {
    name: 'user',
    description: 'Everybody; may do what concerns their own account',
    permissions: [],
  },
] as const;
