/** What a permission costs. */
import { CheckPermission, Permission } from '#domain/access';
import { Client, load, signIn } from './scenarios.mjs';

/** Few enough that the answers wait for the service and not for each other. */
const CONNECTIONS = 8;

/** Signs in and redeems the link that `gatehouse start` printed; answers with an administrator's access token. */
export async function appointAdministrator(base, setupLink) {
  const client = new Client(base);
  const { accessToken } = await signIn(client);
  await client.post('/api/v1/setup/administrator', { token: setupLink.split('#')[1] }, accessToken);
  await client.close();
  return accessToken;
}

/** `GET admin/roles/user`, which needs `roles:read`. One row is read for it; the check itself reads nothing. */
export const permissionCheck = (base, accessToken, seconds) =>
  load('permission check', {
    url: `${base}/api/v1/admin/roles/user`,
    duration: seconds,
    connections: CONNECTIONS,
    headers: { authorization: `Bearer ${accessToken}` },
  });

/**
 * Microseconds that one decision takes in process, at its worst: 20 roles of 100 permissions each, of which none
 * grants what is wanted.
 */
export function permissionDecision(times = 100_000) {
  const roles = Array.from({ length: 20 }, (_, i) => `role-${i}`);
  const granted = (role) => Array.from({ length: 100 }, (_, i) => Permission.of(`${role}:action-${i}`));
  const known = new Map(roles.map((role) => [role, granted(role)]));
  const check = new CheckPermission({ read: () => known });
  const wanted = Permission.of('users:read');
  const decide = () => {
    for (let i = 0; i < times; i++) if (check.execute(roles, wanted)) throw new Error('Granted');
  };
  decide();
  const start = performance.now();
  decide();
  return ((performance.now() - start) * 1_000) / times;
}
