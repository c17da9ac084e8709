import { ensureMayActOn, type OwnPermission } from '#domain/access';
import type { AuditAction, AuditEvent } from '#domain/audit';
import { ensureAnAdministratorRemains, type User } from '#domain/identity';
import { DomainError, type RequestOrigin } from '#domain/kernel';
import type { AdministrationTx } from '../ports/administration-tx.js';

/** What an administrator does to somebody's account. */
export interface AdministrativeAct {
  readonly actorId: string;
  readonly userId: string;
  /** Why, as a short code: the audit trail outlives the account, so no text about a person goes into it. */
  readonly reason: string | null;
  readonly origin: RequestOrigin;
}

/**
 * The account that is acted on, its row locked. The actor's too, so that of two who shut each other out the second
 * is told so; by id, so that neither waits for the other. Throws `user-not-found`, what keeps the actor from signing
 * in by now, or what `ensureMayActOn` refuses with: nobody acts on an account that may do more than their own.
 */
export async function subjectOf(
  tx: AdministrationTx,
  { actorId, userId }: AdministrativeAct,
  needed: OwnPermission,
  now: Date,
): Promise<User> {
  const ids = [...new Set([actorId, userId])].sort();
  const locked = new Map(
    await Promise.all(ids.map(async (id) => [id, await tx.accounts.lockById(id)] as const)),
  );
  const refusal = locked.get(actorId)?.signInRefusal(now);
  if (refusal) throw refusal;
  await ensureMayActOn(tx, actorId, userId, needed);
  const user = locked.get(userId);
  if (!user) throw userNotFound();
  return user;
}

/** As `subjectOf`. A deleted account is there to be looked at and restored; throws `account-deleted` for the rest. */
export async function presentSubjectOf(
  tx: AdministrationTx,
  act: AdministrativeAct,
  needed: OwnPermission,
  now: Date,
): Promise<User> {
  const user = await subjectOf(tx, act, needed, now);
  if (user.state.status === 'deleted') throw accountDeleted();
  return user;
}

/**
 * Stores a state in which the account can no longer be used, and ends its sessions with the commit. Throws
 * `last-administrator`. To be done last: see `Administrators`.
 */
export async function shutOut(
  tx: AdministrationTx,
  before: User,
  after: User,
  reason: 'account-deleted' | 'account-locked' | 'account-suspended',
  now: Date,
): Promise<void> {
  await ensureAnAdministratorRemains(tx, before, now);
  tx.accounts.update(after);
  tx.sessions.revokeAll(before.id, reason, now);
}

export const audited = (
  action: AuditAction,
  { actorId, userId, reason, origin }: AdministrativeAct,
  now: Date,
  metadata?: NonNullable<AuditEvent['metadata']>,
): AuditEvent => ({
  action,
  result: 'success',
  occurredAt: now,
  origin,
  actorId,
  userId,
  ...(reason !== null && { reason }),
  ...(metadata && { metadata }),
});

export const userNotFound = (): DomainError =>
  DomainError.notFound('user-not-found', 'There is no such account');

const accountDeleted = (): DomainError =>
  DomainError.conflict('account-deleted', 'This account was deleted; restore it first');
