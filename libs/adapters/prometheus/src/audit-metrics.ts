import type { Registry } from 'prom-client';
import type { AuditAction, AuditEvent } from '#domain/audit';
import type { AuthenticationMethod } from '#domain/session';
import { ClosedCounter, every, type LabelsOf } from './closed-counter.js';

const ACTIONS = every<AuditAction>({
  'otp.requested': true,
  'otp.throttled': true,
  'otp.verified': true,
  'otp.rejected': true,
  'link.requested': true,
  'link.throttled': true,
  'link.rejected': true,
  'credentials.password-reset': true,
  'password.verified': true,
  'password.rejected': true,
  'password.throttled': true,
  'password.locked-out': true,
  'password.changed': true,
  'user.registered': true,
  'user.verified': true,
  'user.profile-updated': true,
  'user.identifier-added': true,
  'user.identifier-removed': true,
  'user.suspended': true,
  'user.activated': true,
  'user.locked': true,
  'user.unlocked': true,
  'user.deleted': true,
  'user.restored': true,
  'user.erased': true,
  'user.password-reset-started': true,
  'user.imported': true,
  'user.exported': true,
  'session.opened': true,
  'session.refused': true,
  'session.revoked': true,
  'session.refresh-reused': true,
  'session.forgery-refused': true,
  'session.refresh-refused': true,
  'device.trusted': true,
  'device.distrusted': true,
  'device.removed': true,
  'address.blocked': true,
  'access.denied': true,
  'role.created': true,
  'role.updated': true,
  'role.deleted': true,
  'user.roles-changed': true,
  'administrator.appointed': true,
  'alert.acknowledged': true,
});

const METHODS = every<AuthenticationMethod>({ otp: true, pwd: true });

const SIGN_INS = {
  method: METHODS,
  result: ['admitted', 'rejected', 'refused', 'throttled'],
} as const;

/** Those that never came as far as a session, or its refusal. */
const ATTEMPTS: Readonly<Partial<Record<AuditAction, LabelsOf<typeof SIGN_INS>>>> = {
  'otp.rejected': { method: 'otp', result: 'rejected' },
  'password.rejected': { method: 'pwd', result: 'rejected' },
  'password.throttled': { method: 'pwd', result: 'throttled' },
};

const CODE_EVENTS = {
  'otp.requested': 'requested',
  'otp.throttled': 'throttled',
  'otp.verified': 'verified',
  'otp.rejected': 'rejected',
} as const satisfies Partial<Record<AuditAction, string>>;

const CHANNELS = { phone: 'sms', email: 'email' } as const;

/**
 * The security record as numbers. What an operator may ask about people (who came, who was turned away, what was
 * revoked) is in the audit already; it is counted from there once it is committed, so the two cannot disagree.
 */
export class AuditMetrics {
  readonly #events;
  readonly #signIns;
  readonly #codes;

  constructor(registry: Registry) {
    this.#events = new ClosedCounter(
      registry,
      'gatehouse_audit_events_total',
      'Rows committed to the audit record, by what happened and how it ended.',
      { action: ACTIONS, result: ['success', 'failure'] },
    );
    this.#signIns = new ClosedCounter(
      registry,
      'gatehouse_sign_ins_total',
      'Attempts to sign in: admitted, rejected (wrong proof), throttled (not even looked at) or refused (right proof, but no entry).',
      SIGN_INS,
    );
    this.#codes = new ClosedCounter(
      registry,
      'gatehouse_one_time_codes_total',
      'One-time codes asked for and entered, by the channel they went through.',
      { channel: Object.values(CHANNELS), event: Object.values(CODE_EVENTS) },
    );
  }

  count(events: readonly AuditEvent[]): void {
    for (const event of events) {
      this.#events.inc({ action: event.action, result: event.result });
      this.#countSignIn(event);
      this.#countCode(event);
    }
  }

  #countSignIn({ action, actorId, metadata }: AuditEvent): void {
    const method = METHODS.find((known) => known === metadata?.['method']);
    if (action === 'session.opened' && method) this.#signIns.inc({ method, result: 'admitted' });
    if (action === 'session.refused' && method) this.#signIns.inc({ method, result: 'refused' });
    // Somebody who is known already proves an identifier or a password to change it, not to sign in.
    const attempt = actorId === undefined ? ATTEMPTS[action] : undefined;
    if (attempt) this.#signIns.inc(attempt);
  }

  #countCode({ action, metadata }: AuditEvent): void {
    const event = action in CODE_EVENTS ? CODE_EVENTS[action as keyof typeof CODE_EVENTS] : undefined;
    const kind = metadata?.['kind'];
    if (event && (kind === 'phone' || kind === 'email')) this.#codes.inc({ channel: CHANNELS[kind], event });
  }
}
