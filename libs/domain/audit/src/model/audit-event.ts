import type { RequestOrigin } from '#domain/kernel';

/** Every security-relevant thing that can happen, named `subject.verb` in the past tense. */
export type AuditAction =
  | 'otp.requested'
  | 'otp.throttled'
  | 'otp.verified'
  | 'otp.rejected'
  | 'user.registered'
  | 'user.profile-updated'
  | 'user.identifier-added'
  | 'user.identifier-removed'
  | 'user.deleted'
  | 'session.opened'
  | 'session.refused'
  | 'session.revoked'
  | 'session.refresh-reused';

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
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}
