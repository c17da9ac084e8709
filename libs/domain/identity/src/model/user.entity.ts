import { DomainError } from '#domain/kernel';
import type { Identifier } from './identifier.vo.js';

/**
 * `pending`: registered, but no identifier is proved yet. `locked` is never stored: an account is locked for
 * as long as `lockedUntil` lies ahead, so that a lock ends by itself.
 */
export type UserStatus = 'pending' | 'active' | 'suspended' | 'deleted';
export type EffectiveStatus = UserStatus | 'locked';

export interface Profile {
  readonly displayName: string | null;
  /** BCP 47 language tag; decides the language of messages. */
  readonly locale: string | null;
}

export interface VerifiedIdentifier {
  readonly id: string;
  readonly identifier: Identifier;
  readonly verifiedAt: Date;
}

export interface UserState {
  readonly id: string;
  readonly status: UserStatus;
  readonly profile: Profile;
  readonly roles: readonly string[];
  readonly identifiers: readonly VerifiedIdentifier[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
  /** Set by an administrator; failed passwords are counted elsewhere and lock less than the account. */
  readonly lockedUntil: Date | null;
}

/** The end of a lock without one, later than any that can be asked for. */
export const FOREVER = new Date('9999-12-31T23:59:59.999Z');

/** How many identifiers one account may hold; bounds the work and the mail that one request can cause. */
export const MAX_IDENTIFIERS = 10;

/**
 * A person's account. Identifiers in it are always proved: an unproved one lives only in a challenge. The
 * aggregate is immutable; each change returns the next state, which the caller stores.
 */
export class User {
  private constructor(readonly state: UserState) {}

  static register(
    id: string,
    proved: VerifiedIdentifier,
    profile: Profile,
    roles: readonly string[],
    now: Date,
  ): User {
    return new User({
      id,
      status: 'active',
      profile,
      roles,
      identifiers: [proved],
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
      lockedUntil: null,
    });
  }

  /** Somebody claims to have an address. It is not part of the account before it is proved. */
  static pending(id: string, profile: Profile, roles: readonly string[], now: Date): User {
    return new User({
      id,
      status: 'pending',
      profile,
      roles,
      identifiers: [],
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
      lockedUntil: null,
    });
  }

  static restore(state: UserState): User {
    return new User(state);
  }

  get id(): string {
    return this.state.id;
  }

  get profile(): Profile {
    return this.state.profile;
  }

  get identifiers(): readonly VerifiedIdentifier[] {
    return this.state.identifiers;
  }

  statusAt(now: Date): EffectiveStatus {
    return effectiveStatus(this.state, now);
  }

  /**
   * Why this account may not receive a session, or null when it may. Told only to someone who has just
   * proved who they are, so it gives nothing away.
   */
  signInRefusal(now: Date): DomainError | null {
    switch (this.statusAt(now)) {
      case 'active':
        return null;
      case 'pending':
        return DomainError.forbidden('account-pending', 'No identifier of this account is proved yet');
      case 'locked':
        return DomainError.forbidden('account-locked', 'This account is locked');
      case 'suspended':
        return DomainError.forbidden('account-suspended', 'This account is suspended');
      case 'deleted':
        return DomainError.forbidden('account-deleted', 'This account was deleted');
    }
  }

  withProfile(change: Partial<Profile>, now: Date): User {
    return this.#next({ profile: { ...this.state.profile, ...change } }, now);
  }

  withRoles(roles: readonly string[], now: Date): User {
    return this.#next({ roles }, now);
  }

  /** Throws `identifier-taken` when the account holds it already, `too-many-identifiers` at the limit. */
  withIdentifier(added: VerifiedIdentifier, now: Date): User {
    if (this.identifiers.some((held) => held.identifier.equals(added.identifier))) throw identifierTaken();
    if (this.identifiers.length >= MAX_IDENTIFIERS) {
      throw DomainError.conflict('too-many-identifiers', `An account holds at most ${MAX_IDENTIFIERS}`);
    }
    return this.#next({ identifiers: [...this.identifiers, added] }, now);
  }

  /** A pending account that was proved to be somebody's; any other throws `account-not-pending`. */
  activated(identifiers: readonly VerifiedIdentifier[], now: Date): User {
    if (this.state.status !== 'pending') {
      throw DomainError.conflict('account-not-pending', 'This account was activated before');
    }
    return this.#next({ status: 'active', identifiers }, now);
  }

  /**
   * Throws `identifier-not-found`, or `last-identifier`: without one that a message reaches, nobody could
   * get back in who forgot a password.
   */
  withoutIdentifier(identifierId: string, now: Date): { user: User; removed: VerifiedIdentifier } {
    const removed = this.identifiers.find(({ id }) => id === identifierId);
    if (!removed) throw identifierNotFound();
    const identifiers = this.identifiers.filter(({ id }) => id !== identifierId);
    if (!identifiers.some(({ identifier }) => identifier.isReachable)) {
      throw DomainError.conflict('last-identifier', 'The last identifier of an account cannot be removed');
    }
    return { user: this.#next({ identifiers }, now), removed };
  }

  /** One for the other, so that the only one can be changed, too. Throws as both of the above. */
  replacingIdentifier(
    identifierId: string,
    added: VerifiedIdentifier,
    now: Date,
  ): { user: User; removed: VerifiedIdentifier } {
    const removed = this.identifiers.find(({ id }) => id === identifierId);
    if (!removed) throw identifierNotFound();
    const others = this.#next({ identifiers: this.identifiers.filter((held) => held !== removed) }, now);
    if (!added.identifier.equals(removed.identifier))
      return { user: others.withIdentifier(added, now), removed };
    throw identifierTaken();
  }

  /** Identifiers stay with the deleted account, so that nobody can take them over while it is restorable. */
  deleted(now: Date): User {
    return this.#next({ status: 'deleted', deletedAt: now }, now);
  }

  /**
   * Comes back as active, or as pending while nothing of it is proved. What held it back before it was deleted is
   * for whoever restores it to decide anew. Throws `account-not-deleted`.
   */
  restored(now: Date): User {
    if (this.state.status !== 'deleted') {
      throw DomainError.conflict('account-not-deleted', 'This account is not deleted');
    }
    return this.#next({ status: this.identifiers.length > 0 ? 'active' : 'pending', deletedAt: null }, now);
  }

  /** Throws `account-pending`: what was never activated is neither suspended nor activated by hand. */
  withStatus(status: 'active' | 'suspended', now: Date): User {
    if (this.state.status === 'pending') {
      throw DomainError.conflict('account-pending', 'No identifier of this account is proved yet');
    }
    return this.#next({ status }, now);
  }

  /** Null for as long as nobody unlocks it. Throws `lock-in-the-past`. */
  locked(until: Date | null, now: Date): User {
    if (until !== null && until <= now) {
      throw DomainError.invalid('lock-in-the-past', 'until must lie ahead', 'until');
    }
    return this.#next({ lockedUntil: until ?? FOREVER }, now);
  }

  unlocked(now: Date): User {
    return this.#next({ lockedUntil: null }, now);
  }

  #next(change: Partial<UserState>, now: Date): User {
    return new User({ ...this.state, ...change, updatedAt: now });
  }
}

const identifierNotFound = (): DomainError =>
  DomainError.notFound('identifier-not-found', 'No such identifier on this account');

export const identifierTaken = (): DomainError =>
  DomainError.conflict('identifier-taken', 'This identifier belongs to an account already');

export const effectiveStatus = (
  { status, lockedUntil }: Pick<UserState, 'status' | 'lockedUntil'>,
  now: Date,
): EffectiveStatus => (status === 'active' && lockedUntil !== null && lockedUntil > now ? 'locked' : status);

const accountNotFound = (): DomainError =>
  DomainError.unauthenticated('account-not-found', 'This account no longer exists');

/** The account, unless there is none: a deleted one is gone, also for whoever still holds a token of it. */
export function existing(user: User | null): User {
  if (!user || user.state.status === 'deleted') throw accountNotFound();
  return user;
}
