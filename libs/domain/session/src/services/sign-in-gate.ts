import {
  primaryIdentifier,
  recipientOf,
  User,
  userRegistered,
  type Identifier,
  type Profile,
} from '#domain/identity';
import { DomainError, token, type DomainEvent, type IdGenerator, type RequestOrigin } from '#domain/kernel';
import type { RiskAssessor } from '#domain/risk';
import { recognise, type KnownDevice } from '../model/device-recognition.js';
import { Device, deviceToForget, historyOf, recentSignIns } from '../model/device.entity.js';
import {
  Session,
  sessionsToSupersede,
  type AuthenticationMethod,
  type LiveSession,
  type SessionPolicy,
} from '../model/session.entity.js';
import type { DeviceTraits } from '../ports/device-traits.port.js';
import type { SignInTx } from '../ports/session-tx.js';
import { auditRevocations } from './audit-revocations.js';

/** What a sign-in method established before it came to the gate. */
export interface SignInProof {
  readonly identifier: Identifier;
  readonly method: AuthenticationMethod;
  /** For an account that this sign-in creates. */
  readonly profile: Profile;
  /** Wrong proofs that came before this right one. */
  readonly failedAttempts: number;
  /** What the client's device token names; null without one. */
  readonly device: KnownDevice | null;
}

/** The account behind a proved identifier, its row locked until the transaction ends. */
export interface SignInCandidate {
  readonly user: User | null;
  readonly liveSessions: readonly LiveSession[];
  readonly devices: readonly Device[];
}

export type SignInDecision =
  | {
      readonly outcome: 'admitted';
      readonly user: User;
      readonly session: Session;
      readonly superseded: readonly string[];
      /** What the client is to show a token of, the next time. */
      readonly device: KnownDevice;
    }
  | { readonly outcome: 'refused'; readonly error: DomainError };

export interface SignUpPolicy {
  /** Whether a proved identifier that nobody holds becomes a new account. */
  readonly open: boolean;
  readonly roles: readonly string[];
}

export const SIGN_UP_POLICY = token<SignUpPolicy>('SignUpPolicy');

/**
 * The one gate through which every path to a session passes. A sign-in method proves an identifier; what
 * that earns is decided here and nowhere else: account state, sign-up policy, session policy, device and risk, with
 * the audit rows and notices that belong to each.
 *
 * The reading and the deciding are apart so that a method can overlap `candidate` with spending its own
 * proof, in one round trip.
 */
export class SignInGate {
  constructor(
    private readonly ids: IdGenerator,
    private readonly deviceTraits: DeviceTraits,
    private readonly riskAssessor: RiskAssessor,
    private readonly sessionPolicy: SessionPolicy,
    private readonly signUpPolicy: SignUpPolicy,
  ) {}

  /** Locks the account, then reads what it has: issued in this order on one connection, not awaited apart. */
  async candidate(tx: SignInTx, identifier: Identifier, now: Date): Promise<SignInCandidate> {
    const [user, liveSessions, devices] = await Promise.all([
      tx.accounts.lockByIdentifier(identifier),
      tx.sessions.liveByIdentifier(identifier, now),
      tx.devices.ofHolder(identifier),
    ]);
    return { user, liveSessions, devices };
  }

  /**
   * A refusal is an outcome, not a throw, so that its audit row commits. The caller throws `error` after.
   */
  admit(
    tx: SignInTx,
    candidate: SignInCandidate,
    proof: SignInProof,
    origin: RequestOrigin,
    now: Date,
  ): SignInDecision {
    const refusal = this.#refusalOf(candidate.user, now);
    if (refusal) {
      tx.audit.append({
        action: 'session.refused',
        result: 'failure',
        occurredAt: now,
        origin,
        ...(candidate.user && { userId: candidate.user.id }),
        reason: refusal.code,
        metadata: { method: proof.method },
      });
      return { outcome: 'refused', error: refusal };
    }

    const user = candidate.user ?? this.#register(tx, proof, origin, now);
    const { device, known, country, risk } = this.#useDevice(tx, user.id, candidate, proof, origin, now);
    const session = Session.open(
      this.ids.next(),
      user.id,
      [proof.method],
      { deviceId: device.id, country, risk },
      origin,
      this.sessionPolicy,
      now,
    );
    const superseded = this.#makeRoom(tx, user.id, candidate.liveSessions, origin, now);
    tx.sessions.insert(session);
    tx.audit.append({
      action: 'session.opened',
      result: 'success',
      occurredAt: now,
      origin,
      actorId: user.id,
      userId: user.id,
      sessionId: session.id,
      metadata: {
        method: proof.method,
        risk: risk.score,
        riskReasons: risk.reasons,
        deviceId: device.id,
        ...(country !== null && { country }),
      },
    });
    // Who comes back suspiciously is as new as before, also to those who are told of new devices and nothing else.
    if (candidate.user && (!known || risk.reasons.includes('new-device'))) {
      tx.outbox.append(openedOnNewDevice(this.ids.next(), user, origin, now));
    }
    const named = { userId: user.id, deviceId: device.id };
    return { outcome: 'admitted', user, session, superseded, device: named };
  }

  #useDevice(
    tx: SignInTx,
    userId: string,
    { devices, liveSessions }: SignInCandidate,
    proof: SignInProof,
    origin: RequestOrigin,
    now: Date,
  ) {
    const traits = this.deviceTraits.describe(origin);
    const isInUse = ({ id }: Device): boolean => liveSessions.some(({ deviceId }) => deviceId === id);
    const deviceId = proof.device?.userId === userId ? proof.device.deviceId : null;
    const appearance = { deviceId, fingerprint: traits.fingerprint, address: origin.address };
    const { device: own, known, familiar, replaced } = recognise(devices, appearance, isInUse);
    const { place, score, reasons } = this.riskAssessor.assess({
      address: origin.address,
      at: now,
      newDevice: !familiar,
      history: historyOf(devices),
      recentSignIns: recentSignIns(devices, now),
      failedAttempts: proof.failedAttempts,
    });
    const sighting = { traits, origin, place, at: now, risk: score };
    const how = { known, country: place?.country ?? null, risk: { score, reasons } };
    if (own) {
      const device = own.seenAgain(sighting);
      tx.devices.update(device);
      return { ...how, device };
    }
    const forgotten = replaced ?? deviceToForget(devices);
    if (forgotten) tx.devices.forget(userId, forgotten.id);
    const id = this.ids.next();
    const device = replaced?.replacedBy(id, sighting) ?? Device.remember(id, userId, sighting);
    tx.devices.insert(device);
    return { ...how, device };
  }

  #refusalOf(user: User | null, now: Date): DomainError | null {
    if (user) return user.signInRefusal(now);
    return this.signUpPolicy.open ? null : DomainError.forbidden('sign-up-closed', 'Sign-up is closed');
  }

  #register(tx: SignInTx, proof: SignInProof, origin: RequestOrigin, now: Date): User {
    const proved = { id: this.ids.next(), identifier: proof.identifier, verifiedAt: now };
    const user = User.register(this.ids.next(), proved, proof.profile, this.signUpPolicy.roles, now);
    tx.accounts.insert(user);
    tx.audit.append({
      action: 'user.registered',
      result: 'success',
      occurredAt: now,
      origin,
      actorId: user.id,
      userId: user.id,
      metadata: { method: proof.method, kind: proof.identifier.kind },
    });
    tx.outbox.append(userRegistered(this.ids.next(), user, proof.identifier, now));
    return user;
  }

  #makeRoom(
    tx: SignInTx,
    userId: string,
    live: readonly LiveSession[],
    origin: RequestOrigin,
    now: Date,
  ): readonly string[] {
    const superseded = sessionsToSupersede(live, this.sessionPolicy.maximumPerUser).map(({ id }) => id);
    if (superseded.length === 0) return superseded;
    tx.sessions.supersede(userId, superseded, now);
    auditRevocations(tx.audit, { userId, sessionIds: superseded, reason: 'superseded', origin, now });
    return superseded;
  }
}

function openedOnNewDevice(id: string, user: User, origin: RequestOrigin, now: Date): DomainEvent {
  return {
    id,
    type: 'session.opened-on-new-device',
    occurredAt: now,
    payload: {
      userId: user.id,
      ...recipientOf(primaryIdentifier(user)),
      displayName: user.profile.displayName,
      locale: user.profile.locale,
      address: origin.address,
      userAgent: origin.userAgent,
      occurredAt: now.toISOString(),
    },
  };
}
