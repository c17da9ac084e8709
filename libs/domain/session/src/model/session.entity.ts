import { addMilliseconds, token, type RequestOrigin } from '#domain/kernel';

/** How the person proved who they are (RFC 8176 values). */
export type AuthenticationMethod = 'otp' | 'pwd';

export type RevocationReason =
  | 'signed-out'
  | 'ended-by-user'
  | 'ended-by-administrator'
  | 'superseded'
  | 'refresh-token-reused'
  | 'password-changed'
  | 'account-locked'
  | 'account-suspended'
  | 'account-deleted';

export interface SessionState {
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

export class Session {
  private constructor(readonly state: SessionState) {}

  static open(
    id: string,
    userId: string,
    authenticationMethods: readonly AuthenticationMethod[],
    origin: RequestOrigin,
    policy: SessionPolicy,
    now: Date,
  ): Session {
    const absoluteExpiresAt = addMilliseconds(now, policy.absoluteLifetime);
    return new Session({
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
    });
  }

  static restore(state: SessionState): Session {
    return new Session(state);
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

/** The sessions that must end so that one more fits: the oldest first. */
export function sessionsToSupersede(live: readonly Session[], maximum: number | null): readonly Session[] {
  if (maximum === null) return [];
  const newestFirst = [...live].sort(
    (a, b) => b.state.createdAt.getTime() - a.state.createdAt.getTime() || (a.id < b.id ? 1 : -1),
  );
  return newestFirst.slice(Math.max(0, maximum - 1));
}
