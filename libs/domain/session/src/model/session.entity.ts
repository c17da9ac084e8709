import { addMilliseconds, token, type RequestOrigin } from '#domain/kernel';
import type { RiskReason } from '#domain/risk';

/** How the person proved who they are (RFC 8176 values). */
export type AuthenticationMethod = 'otp' | 'pwd';

export type RevocationReason =
  | 'signed-out'
  | 'ended-by-user'
  | 'ended-by-administrator'
  | 'superseded'
  | 'device-removed'
  | 'refresh-token-reused'
  | 'password-changed'
  | 'account-locked'
  | 'account-suspended'
  | 'account-deleted';

/** What the sign-in came with, as it was judged then. */
export interface SignInRisk {
  /** From 0 to 100. */
  readonly score: number;
  readonly reasons: readonly RiskReason[];
}

/** Where a session was opened, and on what. */
export interface SignInCircumstances {
  /** Null only for sessions older than the memory of devices. */
  readonly deviceId: string | null;
  /** ISO 3166-1 alpha-2; null where the address is of no known country. */
  readonly country: string | null;
  readonly risk: SignInRisk;
}

export interface SessionState extends SignInCircumstances {
  readonly id: string;
  readonly userId: string;
  /** Number of the only refresh token that can be spent next; grows by one with each rotation. */
  readonly generation: number;
  readonly authenticationMethods: readonly AuthenticationMethod[];
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: Date;
  readonly lastActiveAt: Date;
  /** Sliding end: moves with each refresh. Never later than `absoluteExpiresAt`. */
  readonly expiresAt: Date;
  readonly absoluteExpiresAt: Date;
  readonly revokedAt: Date | null;
  readonly revocationReason: RevocationReason | null;
}

/** All durations in milliseconds. */
export interface SessionPolicy {
  /** Live sessions a user may have; one more ends the oldest. Null for no limit. */
  readonly maximumPerUser: number | null;
  readonly accessTokenLifetime: number;
  readonly idleLifetime: number;
  readonly absoluteLifetime: number;
  /** For how long a repeat of the last spent refresh token gets the same successor (RFC 9700, 4.14.2). */
  readonly refreshGrace: number;
}

export const SESSION_POLICY = token<SessionPolicy>('SessionPolicy');

/** How a session's device stands at the moment. */
export interface DeviceStanding {
  readonly firstSeenAt: Date;
  readonly trusted: boolean;
}

export class Session {
  private constructor(
    readonly state: SessionState,
    /** Null where the session was read without it, or the device is no longer remembered. */
    readonly device: DeviceStanding | null,
  ) {}

  static open(
    id: string,
    userId: string,
    authenticationMethods: readonly AuthenticationMethod[],
    circumstances: SignInCircumstances,
    origin: RequestOrigin,
    policy: SessionPolicy,
    now: Date,
  ): Session {
    const absoluteExpiresAt = addMilliseconds(now, policy.absoluteLifetime);
    const state = {
      ...circumstances,
      id,
      userId,
      generation: 0,
      authenticationMethods,
      address: origin.address,
      userAgent: origin.userAgent,
      createdAt: now,
      lastActiveAt: now,
      expiresAt: slidingExpiry(now, policy, absoluteExpiresAt),
      absoluteExpiresAt,
      revokedAt: null,
      revocationReason: null,
    };
    return new Session(state, null);
  }

  static restore(state: SessionState, device: DeviceStanding | null = null): Session {
    return new Session(state, device);
  }

  get id(): string {
    return this.state.id;
  }

  get userId(): string {
    return this.state.userId;
  }

  isLive(now: Date): boolean {
    return this.state.revokedAt === null && this.state.expiresAt > now;
  }
}

function slidingExpiry(now: Date, policy: SessionPolicy, absoluteExpiresAt: Date): Date {
  return new Date(Math.min(now.getTime() + policy.idleLifetime, absoluteExpiresAt.getTime()));
}

/** What a sign-in has to know of the sessions before it. */
export type LiveSession = Pick<SessionState, 'id' | 'deviceId' | 'createdAt'>;

/** The sessions that must end so that one more fits: the oldest first. */
export function sessionsToSupersede(
  live: readonly LiveSession[],
  maximum: number | null,
): readonly LiveSession[] {
  if (maximum === null) return [];
  const newestFirst = [...live].sort(
    (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1),
  );
  return newestFirst.slice(Math.max(0, maximum - 1));
}
