import type { RequestOrigin } from '#domain/kernel';

/** Every security-relevant thing that can happen, named `subject.verb` in the past tense. */
export type AuditAction =
  | 'otp.requested'
  | 'otp.throttled'
  | 'otp.verified'
  | 'otp.rejected'
  | 'link.requested'
  | 'link.throttled'
  | 'link.rejected'
  | 'credentials.password-reset'
  | 'password.verified'
  | 'password.rejected'
  | 'password.throttled'
  | 'password.locked-out'
  | 'password.changed'
  | 'user.registered'
  | 'user.verified'
  | 'user.profile-updated'
  | 'user.identifier-added'
  | 'user.identifier-removed'
  | 'user.suspended'
  | 'user.activated'
  | 'user.locked'
  | 'user.unlocked'
  | 'user.deleted'
  | 'user.restored'
  | 'user.erased'
  | 'user.password-reset-started'
  | 'user.imported'
  | 'user.exported'
  | 'session.opened'
  | 'session.refused'
  | 'session.revoked'
  | 'session.refresh-reused'
  | 'session.forgery-refused'
  | 'session.refresh-refused'
  | 'device.trusted'
  | 'device.distrusted'
  | 'device.removed'
  | 'address.blocked'
  | 'access.denied'
  | 'role.created'
  | 'role.updated'
  | 'role.deleted'
  | 'user.roles-changed'
  | 'administrator.appointed'
  | 'alert.acknowledged';

export type AuditResult = 'success' | 'failure';

/**
 * One line of the security record: who did what to whom, from where, and how it ended. It must stay useful
 * and lawful for years, so it carries ids and reasons, never a code, a token or a full identifier.
 */
export interface AuditEvent {
  readonly action: AuditAction;
  readonly result: AuditResult;
  readonly occurredAt: Date;
  readonly origin: RequestOrigin;
  /** Who acted, when known. */
  readonly actorId?: string;
  /** Whose account it concerns, when known. */
  readonly userId?: string;
  readonly sessionId?: string;
  /** A stable code, as in `DomainError.code`. */
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}
