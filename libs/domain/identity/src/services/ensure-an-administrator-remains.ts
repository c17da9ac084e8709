import { DomainError } from '#domain/kernel';
import type { User } from '../model/user.entity.js';
import { ADMINISTRATOR, type Administrators } from '../ports/administrators.port.js';

/**
 * To be awaited before an account is deleted, suspended, locked or stripped of the role, with its row locked and
 * `before` as it was read with that lock. Throws `last-administrator`.
 */
export async function ensureAnAdministratorRemains(
  { administrators }: { readonly administrators: Administrators },
  before: User,
  now: Date,
): Promise<void> {
  const counts = before.state.roles.includes(ADMINISTRATOR) && before.statusAt(now) === 'active';
  if (!counts || (await administrators.existBesides(before.id, now))) return;
  throw DomainError.conflict('last-administrator', 'Nobody else is an administrator');
}
