import type { Identifier, IdentifierParser, User } from '#domain/identity';
import type { Clock, DomainError, IdGenerator, RequestOrigin, Secret, UnitOfWork } from '#domain/kernel';
import type {
  DeviceTokens,
  KnownDevice,
  Session,
  SessionEvents,
  SignInDecision,
  SignInGate,
  TokenGrant,
  TokenGrants,
} from '#domain/session';
import { lockedOut } from '../model/credential-events.js';
import type { LockoutPolicy } from '../model/lockout.js';
import { invalidCredentials, refusedAttempt } from '../model/sign-in-errors.js';
import type { CredentialsTx } from '../ports/credentials-tx.js';
import type { ClaimOutcome, PasswordAttempts } from '../ports/password-attempts.port.js';
import type { ComparePasswords, Comparison } from '../services/compare-passwords.js';

export interface SignInWithPasswordCommand {
  readonly identifier: string;
  readonly password: Secret;
  /** What an earlier sign-in on this device answered with. */
  readonly deviceToken: string | null;
  /** The client's network, as limits count it. */
  readonly network: string;
  readonly origin: RequestOrigin;
}

export interface SignedInWithPassword extends TokenGrant {
  readonly user: User;
  readonly session: Session;
  readonly deviceToken: Secret;
}

type Admitted = Extract<ClaimOutcome, { outcome: 'admitted' }>;

/**
 * Counts the attempt, compares the password, then passes the gate. The three are apart because no transaction is
 * held while a hash is computed: what was compared is therefore compared with the record again, under the
 * account's lock, before it earns anything.
 *
 * Whether the identifier has an account shows in nothing: both are counted, hashed and answered alike.
 */
export class SignInWithPassword {
  constructor(
    private readonly identifiers: IdentifierParser,
    private readonly attempts: PasswordAttempts,
    private readonly passwords: ComparePasswords,
    private readonly unitOfWork: UnitOfWork<CredentialsTx>,
    private readonly gate: SignInGate,
    private readonly grants: TokenGrants,
    private readonly events: SessionEvents,
    private readonly deviceTokens: DeviceTokens,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: LockoutPolicy,
  ) {}

  /**
   * Throws `invalid-credentials`, `too-many-attempts`, `sign-in-locked`, `hashing-busy`, or what the gate refuses
   * with. Refusals are in the audit before the throw.
   */
  async execute(command: SignInWithPasswordCommand): Promise<SignedInWithPassword> {
    const { password, deviceToken, network, origin } = command;
    const identifier = this.identifiers.parseLogin(command.identifier);
    const attemptedAt = this.clock.now();
    const shown = deviceToken === null ? null : this.deviceTokens.read(deviceToken, attemptedAt);
    const claim = await this.attempts.claim({ identifier, network, device: shown }, this.policy, attemptedAt);
    if (claim.outcome === 'refused') throw await this.#refuse(claim, identifier, origin, attemptedAt);

    const comparison = await this.passwords.compare(password, claim);
    const now = this.clock.now();
    const attempt = await this.unitOfWork.run((tx) =>
      comparison.matches
        ? this.#admit(tx, claim, comparison, { identifier, device: shown }, origin, now)
        : this.#reject(tx, claim, identifier, origin, now),
    );
    if (attempt.outcome === 'refused') throw attempt.error;

    const { user, session, superseded, device } = attempt;
    if (superseded.length > 0) this.events.publish({ userId: user.id, sessionIds: superseded });
    return {
      user,
      session,
      deviceToken: this.deviceTokens.issue(device, now),
      ...this.grants.issue(session.state, user.state.roles),
    };
  }

  async #refuse(
    claim: Extract<ClaimOutcome, { outcome: 'refused' }>,
    identifier: Identifier,
    origin: RequestOrigin,
    now: Date,
  ): Promise<DomainError> {
    const error = refusedAttempt(claim, now);
    await this.unitOfWork.run(async ({ audit }) =>
      audit.append({
        ...eventOf(claim, identifier, origin, now),
        action: 'password.throttled',
        result: 'failure',
        reason: error.code,
      }),
    );
    return error;
  }

  async #admit(
    tx: CredentialsTx,
    { userId, password, failures, counted }: Admitted,
    { upgraded }: Comparison,
    { identifier, device }: { readonly identifier: Identifier; readonly device: KnownDevice | null },
    origin: RequestOrigin,
    now: Date,
  ): Promise<SignInDecision> {
    const [candidate, stored] = await Promise.all([
      this.gate.candidate(tx, identifier, now),
      userId === null ? null : tx.passwords.find(userId),
    ]);
    const event = eventOf({ userId }, identifier, origin, now);
    // The password was changed, or the identifier given away, while the old one was being compared. Without an
    // account the gate would take it for a sign-up.
    if (!stored || candidate.user?.id !== userId || stored.version !== password?.version) {
      const error = invalidCredentials();
      tx.audit.append({ ...event, action: 'password.rejected', result: 'failure', reason: error.code });
      return { outcome: 'refused', error };
    }
    tx.passwordFailures.forgive(counted);
    if (upgraded) tx.passwords.upgrade(password, upgraded);
    tx.audit.append({ ...event, action: 'password.verified', result: 'success' });
    const proof = {
      identifier,
      method: 'pwd',
      profile: { displayName: null, locale: null },
      failedAttempts: failures - 1,
      device,
    } as const;
    return this.gate.admit(tx, candidate, proof, origin, now);
  }

  async #reject(
    tx: CredentialsTx,
    { userId, failures, counted }: Admitted,
    identifier: Identifier,
    origin: RequestOrigin,
    now: Date,
  ): Promise<SignInDecision> {
    const error = invalidCredentials();
    const event = {
      ...eventOf({ userId }, identifier, origin, now),
      result: 'failure',
      reason: error.code,
    } as const;
    tx.audit.append({ ...event, action: 'password.rejected' });
    if (failures >= this.policy.lockAfter) {
      tx.audit.append({ ...event, action: 'password.locked-out', reason: 'sign-in-locked' });
      // Asked for also where it can only come to nothing, which must take as long.
      const user = await tx.accounts.lockByIdentifier(identifier);
      // Told once: later locks follow from the same attack.
      if (user && failures === this.policy.lockAfter) {
        const until = counted.counter.blockedUntil;
        tx.outbox.append(lockedOut(this.ids.next(), user, until, origin.address, now));
      }
    }
    return { outcome: 'refused', error };
  }
}

const eventOf = (
  { userId }: { readonly userId: string | null },
  { kind }: Identifier,
  origin: RequestOrigin,
  occurredAt: Date,
) => ({ occurredAt, origin, ...(userId !== null && { userId }), metadata: { kind } });
