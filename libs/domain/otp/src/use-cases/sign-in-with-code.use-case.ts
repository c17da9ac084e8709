import { traitsOf, type User } from '#domain/identity';
import type { Clock, RequestOrigin, Secret, UnitOfWork } from '#domain/kernel';
import type {
  DeviceTokens,
  Session,
  SessionEvents,
  SignInDecision,
  SignInGate,
  SignInTx,
  TokenGrant,
  TokenGrants,
} from '#domain/session';
import type { OtpPolicy } from '../model/otp-challenge.js';
import { otpInvalid, otpRejected } from '../model/otp-errors.js';
import type { OneTimeCodes } from '../ports/one-time-codes.port.js';
import type { OtpChallenges } from '../ports/otp-challenges.port.js';

export interface SignInWithCodeCommand {
  /** The sealed challenge that the request of the code answered with. */
  readonly sessionId: string;
  readonly code: string;
  /** What an earlier sign-in on this device answered with. */
  readonly deviceToken: string | null;
  readonly origin: RequestOrigin;
}

export interface SignedIn extends TokenGrant {
  readonly user: User;
  readonly session: Session;
  readonly deviceToken: Secret;
}

/**
 * Spends a one-time code and passes the gate, in one transaction of two round trips: the code is consumed
 * while the account is locked and read; then account, session, audit and notices are written with the commit.
 * So a code is never spent without its session, however the process dies.
 */
export class SignInWithCode {
  constructor(
    private readonly codes: OneTimeCodes,
    private readonly unitOfWork: UnitOfWork<SignInTx & { readonly challenges: OtpChallenges }>,
    private readonly gate: SignInGate,
    private readonly grants: TokenGrants,
    private readonly events: SessionEvents,
    private readonly deviceTokens: DeviceTokens,
    private readonly clock: Clock,
    private readonly policy: OtpPolicy,
  ) {}

  /**
   * Throws `otp-invalid`, `otp-exhausted`, `otp-expired`, or what the gate refuses with. Counted attempts
   * and refusals are committed before the throw. Of parallel calls with one right code, one succeeds.
   */
  async execute({ sessionId, code, deviceToken, origin }: SignInWithCodeCommand): Promise<SignedIn> {
    const reference = this.codes.open(sessionId);
    if (!reference || reference.purpose === 'add-identifier') throw otpInvalid();

    const { identifier } = reference;
    const now = this.clock.now();
    const shown = deviceToken === null ? null : this.deviceTokens.read(deviceToken, now);
    const attempt = await this.unitOfWork.run(
      async (tx): Promise<SignInDecision> => {
        const [consumed, candidate] = await Promise.all([
          tx.challenges.consume(reference, this.codes.mac(reference, code), this.policy, now),
          this.gate.candidate(tx, identifier, now),
        ]);
        const event = {
          occurredAt: now,
          origin,
          ...(candidate.user && { userId: candidate.user.id }),
          metadata: traitsOf(identifier),
        };
        if (consumed.outcome !== 'consumed') {
          const error = otpRejected(consumed.outcome);
          tx.audit.append({ ...event, action: 'otp.rejected', result: 'failure', reason: error.code });
          return { outcome: 'refused', error };
        }
        tx.audit.append({ ...event, action: 'otp.verified', result: 'success' });

        const { profile, failedAttempts } = consumed;
        const proof = { identifier, method: 'otp', profile, failedAttempts, device: shown } as const;
        return this.gate.admit(tx, candidate, proof, origin, now);
      },
      { about: identifier.value },
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
}
