import { recipientOf, traitsOf } from '#domain/identity';
import type { AuditTrail } from '#domain/audit';
import {
  addMilliseconds,
  DomainError,
  secondsUntil,
  type Clock,
  type IdGenerator,
  type Outbox,
  type UnitOfWork,
} from '#domain/kernel';
import type { SignUpPolicy } from '#domain/session';
import type {
  CodeRequest,
  IssuedChallenge,
  NewChallenge,
  OtpPolicy,
  OtpRequested,
} from '../model/otp-challenge.js';
import type { OneTimeCodes } from '../ports/one-time-codes.port.js';
import type { OtpChallenges } from '../ports/otp-challenges.port.js';

export interface IssueChallengeTx {
  readonly challenges: OtpChallenges;
  readonly audit: AuditTrail;
  readonly outbox: Outbox;
}

/**
 * Issues a challenge for any purpose. It does the same work for an identifier that has an account and for
 * one that has none, because it never looks: whether a code is delivered to a stranger while sign-up is
 * closed is decided by the worker, where nobody can time it.
 */
export class ChallengeIssuer {
  constructor(
    private readonly unitOfWork: UnitOfWork<IssueChallengeTx>,
    private readonly codes: OneTimeCodes,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: OtpPolicy,
    private readonly signUp: SignUpPolicy,
  ) {}

  /** Throws `otp-throttled` (rate-limited) when the identifier had its share of codes. */
  async issue(request: CodeRequest): Promise<IssuedChallenge> {
    const { identifier, purpose, userId, replaces, profile, origin } = request;
    const now = this.clock.now();
    const reference = {
      challengeId: this.ids.next(),
      identifier,
      purpose,
      userId,
      ...(replaces !== undefined && { replaces }),
    };
    const code = this.codes.generate();
    const challenge: NewChallenge = {
      reference,
      codeMac: this.codes.mac(reference, code.expose()),
      profile,
      createdAt: now,
      expiresAt: addMilliseconds(now, this.policy.lifetime),
    };

    const issued = await this.unitOfWork.run(
      async (tx) => {
        const outcome = await tx.challenges.issue(challenge, this.policy);
        const throttled = outcome.outcome === 'throttled';
        tx.audit.append({
          action: throttled ? 'otp.throttled' : 'otp.requested',
          result: throttled ? 'failure' : 'success',
          occurredAt: now,
          origin,
          ...(userId !== null && { actorId: userId, userId }),
          metadata: { purpose, ...traitsOf(identifier) },
        });
        if (!throttled)
          tx.outbox.append(this.#requested(request, challenge, code.expose()), { urgent: true });
        return outcome;
      },
      { about: identifier.value },
    );

    if (issued.outcome === 'throttled') {
      throw DomainError.rateLimited(
        'otp-throttled',
        'Too many codes were requested for this identifier',
        secondsUntil(issued.retryAt, now),
      );
    }
    return {
      sessionId: this.codes.seal(reference),
      expiresIn: this.policy.lifetime / 1_000,
      resendIn: this.policy.resendDelay / 1_000,
    };
  }

  #requested(
    { identifier, purpose, locale }: CodeRequest,
    challenge: NewChallenge,
    code: string,
  ): OtpRequested {
    return {
      id: challenge.reference.challengeId,
      type: 'otp.requested',
      occurredAt: challenge.createdAt,
      payload: {
        ...recipientOf(identifier),
        code,
        locale,
        expiresAt: challenge.expiresAt.toISOString(),
        purpose,
        onlyKnownAccounts: !this.signUp.open && purpose !== 'add-identifier',
      },
    };
  }
}
