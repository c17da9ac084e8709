import { existing, identifierChanged, traitsOf, type IdentifierParser, type User } from '#domain/identity';
import type { Clock, DomainError, IdGenerator, RequestOrigin, UnitOfWork } from '#domain/kernel';
import { sessionEnded, type Session, type SignInTx } from '#domain/session';
import { requireReachable, type Channel } from '../model/channel.js';
import type { IssuedChallenge, OtpPolicy } from '../model/otp-challenge.js';
import { otpInvalid, otpRejected } from '../model/otp-errors.js';
import type { OneTimeCodes } from '../ports/one-time-codes.port.js';
import type { OtpChallenges } from '../ports/otp-challenges.port.js';
import type { ChallengeIssuer } from '../services/challenge-issuer.js';

export interface RequestIdentifierCodeCommand {
  readonly userId: string;
  readonly identifier: string;
  readonly channel: Channel | null;
  /** The identifier that gives way, once this one is proved. */
  readonly replaces?: string;
  readonly locale: string | null;
  readonly origin: RequestOrigin;
}

/** Starts adding an identifier to one's account: nothing is stored on the account until it is proved. */
export class RequestIdentifierCode {
  constructor(
    private readonly identifiers: IdentifierParser,
    private readonly issuer: ChallengeIssuer,
    private readonly channels: readonly Channel[],
  ) {}

  /** Throws as `RequestSignInCode`. Whether somebody else holds the identifier shows only after the proof. */
  async execute({ channel, ...command }: RequestIdentifierCodeCommand): Promise<IssuedChallenge> {
    const identifier = this.identifiers.parse(command.identifier);
    requireReachable(identifier, channel, this.channels);
    const profile = { displayName: null, locale: null };
    return this.issuer.issue({ ...command, identifier, profile, purpose: 'add-identifier' });
  }
}

export interface ConfirmIdentifierCommand {
  /** The caller's own. */
  readonly session: Session;
  /** The sealed challenge. */
  readonly sessionId: string;
  readonly code: string;
  readonly origin: RequestOrigin;
}

type Confirmation =
  | { readonly outcome: 'rejected'; readonly error: DomainError }
  | { readonly outcome: 'confirmed'; readonly user: User };

/** Adds a proved identifier to the account that asked for the code, and to no other. */
export class ConfirmIdentifier {
  constructor(
    private readonly codes: OneTimeCodes,
    private readonly unitOfWork: UnitOfWork<SignInTx & { readonly challenges: OtpChallenges }>,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: OtpPolicy,
  ) {}

  /**
   * Throws as `SignInWithCode` for the code, and `identifier-taken`, `too-many-identifiers`, `session-ended` or, when
   * the one to be replaced is gone, `identifier-not-found`. Of parallel claims on one identifier by several accounts, one
   * succeeds.
   */
  async execute({ session, sessionId, code, origin }: ConfirmIdentifierCommand): Promise<User> {
    const { userId } = session;
    const reference = this.codes.open(sessionId);
    if (reference?.purpose !== 'add-identifier' || reference.userId !== userId) throw otpInvalid();

    const { identifier } = reference;
    const now = this.clock.now();
    const result = await this.unitOfWork.run(async (tx): Promise<Confirmation> => {
      const [consumed, account, live] = await Promise.all([
        tx.challenges.consume(reference, this.codes.mac(reference, code), this.policy, now),
        tx.accounts.lockById(userId),
        tx.sessions.isLive(userId, session.id, now),
      ]);
      if (!live) throw sessionEnded();
      const event = { occurredAt: now, origin, actorId: userId, userId, metadata: traitsOf(identifier) };
      if (consumed.outcome !== 'consumed') {
        const error = otpRejected(consumed.outcome);
        tx.audit.append({ ...event, action: 'otp.rejected', result: 'failure', reason: error.code });
        return { outcome: 'rejected', error };
      }
      const user = existing(account);
      const proved = { id: this.ids.next(), identifier, verifiedAt: now };
      const { user: updated, removed } =
        reference.replaces === undefined
          ? { user: user.withIdentifier(proved, now), removed: null }
          : user.replacingIdentifier(reference.replaces, proved, now);
      tx.accounts.update(updated);
      tx.audit.append({ ...event, action: 'otp.verified', result: 'success' });
      if (removed) {
        const metadata = { kind: removed.identifier.kind };
        tx.accounts.removeIdentifier(userId, removed);
        tx.audit.append({ ...event, action: 'user.identifier-removed', result: 'success', metadata });
        tx.outbox.append(identifierChanged('user.identifier-removed', this.ids.next(), user, removed, now));
      }
      tx.accounts.addIdentifier(userId, proved);
      tx.audit.append({ ...event, action: 'user.identifier-added', result: 'success' });
      tx.outbox.append(identifierChanged('user.identifier-added', this.ids.next(), user, proved, now));
      return { outcome: 'confirmed', user: updated };
    });
    if (result.outcome === 'rejected') throw result.error;
    return result.user;
  }
}
