import { Identifier, User, type UserState, type VerifiedIdentifier } from '#domain/identity';
import { at, newId } from '#domain/kernel/testing';

let count = 0;

/** Never the same twice, so that tests on one database do not meet. */
export const anEmail = (): Identifier => Identifier.of('email', `person-${++count}@example.com`);
export const aPhone = (): Identifier =>
  Identifier.of('phone', `+1415555${(++count).toString().padStart(4, '0')}`);

export const aUsername = (): Identifier => Identifier.of('username', `person${++count}`);

export const proved = (identifier = anEmail()): VerifiedIdentifier => ({
  id: newId(),
  identifier,
  verifiedAt: at(0),
});

export const aUser = (overrides: Partial<UserState> = {}): User =>
  User.restore({
    id: newId(),
    status: 'active',
    profile: { displayName: 'Ada', locale: 'en' },
    roles: ['user'],
    identifiers: [proved()],
    createdAt: at(0),
    updatedAt: at(0),
    deletedAt: null,
    lockedUntil: null,
    ...overrides,
  });

export const aDeletedUser = (deletedAt: Date): User => aUser({ status: 'deleted', deletedAt });
