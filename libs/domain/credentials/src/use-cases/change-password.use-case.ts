import type { AuditEvent } from '#domain/audit';
import { existing, type AccountDirectory, type User } from '#domain/identity';
import {
  addMilliseconds,
  DomainError,
  token,
  type Clock,
  type IdGenerator,
  type RequestOrigin,
  type Secret,
  type UnitOfWork,
} from '#domain/kernel';
import { auditRevocations, sessionEnded, type Session, type SessionEvents } from '#domain/session';
import { passwordChanged } from '../model/credential-events.js';
import type { LockoutPolicy } from '../model/lockout.js';
import { refusedAttempt } from '../model/sign-in-errors.js';
import type { CredentialsTx } from '../ports/credentials-tx.js';
import type { PasswordAttempts } from '../ports/password-attempts.port.js';
import type { ComparePasswords } from '../services/compare-passwords.js';
import type { NewPasswords } from '../services/new-passwords.js';

export interface PasswordChangePolicy {
  /** Milliseconds after a sign-in within which it stands in for the current password. */
  readonly freshFor: number;
}

export const PASSWORD_CHANGE_POLICY = token<PasswordChangePolicy>('PasswordChangePolicy');

export interface ChangePasswordCommand {
  /** The caller's own, which goes on. */
  readonly session: Session;
  readonly currentPassword: Secret | null;
  readonly newPassword: Secret;
  readonly origin: RequestOrigin;
}

/** The version of the password that was proved; null when the sign-in was fresh enough to do without. */
type Proof = number | null;

/** Changes or first sets one's own password. Every other session ends, because one may be why it is changed. */
export class ChangePassword {
  constructor(
    private readonly attempts: PasswordAttempts,
    private readonly passwords: ComparePasswords,
    private readonly newPasswords: NewPasswords,
    private readonly directory: AccountDirectory,
    private readonly unitOfWork: UnitOfWork<CredentialsTx>,
    private readonly events: SessionEvents,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: PasswordChangePolicy,
    private readonly lockout: LockoutPolicy,
  ) {}

  /**
   * Throws `reauthentication-required`, `wrong-current-password`, `too-many-attempts`, `sign-in-locked`,
   * `hashing-busy`, `session-ended`, or what `NewPasswords` refuses with. Of parallel changes with one current
   * password, one succeeds, and so does one of those in different sessions.
   */
  async execute(command: ChangePasswordCommand): Promise<void> {
    const { session, newPassword, origin } = command;
    const { userId, id: sessionId } = session;
    const user = existing(await this.directory.findById(userId));
    const proof = await this.#prove(command);
    const hash = await this.newPasswords.accept(newPassword, personalOf(user));

    const ended = await this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      const [locked, stored, live] = await Promise.all([
        tx.accounts.lockById(userId),
        tx.passwords.find(userId),
        tx.sessions.isLive(userId, sessionId, now),
      ]);
      const owner = existing(locked);
      if (!live) throw sessionEnded();
      if (proof !== null && stored?.version !== proof) throw wrongCurrentPassword();
      const revoked = await tx.sessions.revokeOthers(userId, sessionId, 'password-changed', now);
      tx.passwords.set(userId, hash, now);
      tx.passwordFailures.clear(userId);
      tx.audit.append({
        action: 'password.changed',
        result: 'success',
        occurredAt: now,
        origin,
        actorId: userId,
        userId,
        sessionId,
      });
      auditRevocations(tx.audit, { userId, sessionIds: revoked, reason: 'password-changed', origin, now });
      tx.outbox.append(passwordChanged(this.ids.next(), owner, now));
      return revoked;
    });
    if (ended.length > 0) this.events.publish({ userId, sessionIds: ended });
  }

  async #prove({ session, currentPassword, origin }: ChangePasswordCommand): Promise<Proof> {
    const now = this.clock.now();
    if (currentPassword === null) {
      if (addMilliseconds(session.state.createdAt, this.policy.freshFor) > now) return null;
      throw DomainError.forbidden(
        'reauthentication-required',
        'Name the current password, or sign in again first',
      );
    }
    const { userId, id: sessionId } = session;
    const claim = await this.attempts.claimWithin(userId, sessionId, this.lockout, now);
    const event = { occurredAt: now, origin, actorId: userId, userId, sessionId };
    if (claim.outcome === 'refused') {
      const error = refusedAttempt(claim, now);
      await this.#note({ ...event, action: 'password.throttled', result: 'failure', reason: error.code });
      throw error;
    }
    const { matches } = await this.passwords.compare(currentPassword, claim);
    if (!matches || !claim.password) {
      const error = wrongCurrentPassword();
      await this.#note({ ...event, action: 'password.rejected', result: 'failure', reason: error.code });
      throw error;
    }
    await this.unitOfWork.run(async ({ passwordFailures, audit }) => {
      passwordFailures.forgive(claim.counted);
      audit.append({ ...event, action: 'password.verified', result: 'success' });
    });
    return claim.password.version;
  }

  #note(event: AuditEvent): Promise<void> {
    return this.unitOfWork.run(async ({ audit }) => audit.append(event));
  }
}

/** Not a 401, on which clients give up the session. */
const wrongCurrentPassword = (): DomainError =>
  DomainError.forbidden('wrong-current-password', 'The current password is not right');

/** What an attacker would try first. */
const personalOf = ({ profile, identifiers }: User): readonly string[] => [
  ...(profile.displayName === null ? [] : [profile.displayName]),
  ...identifiers.map(({ identifier }) => identifier.value),
];
