import { addMilliseconds, days, minutes, seconds } from '#domain/kernel';
import { anOrigin, at, newId } from '#domain/kernel/testing';
import { Session, type SessionPolicy, type SessionState, type SignInCircumstances } from '#domain/session';

export const aSessionPolicy = (overrides: Partial<SessionPolicy> = {}): SessionPolicy => ({
  maximumPerUser: 5,
  accessTokenLifetime: minutes(15),
  idleLifetime: days(30),
  absoluteLifetime: days(90),
  refreshGrace: seconds(10),
  ...overrides,
});

/** On a device that is not remembered, out of nowhere. */
export const circumstances: SignInCircumstances = {
  deviceId: null,
  country: null,
  risk: { score: 0, reasons: [] },
};

export function aSession({
  id = newId(),
  userId = newId(),
  createdAt = at(0),
  ...overrides
}: Partial<SessionState> = {}): Session {
  return Session.restore({
    ...circumstances,
    id,
    userId,
    generation: 0,
    authenticationMethods: ['otp'],
    address: anOrigin().address,
    userAgent: anOrigin().userAgent,
    createdAt,
    lastActiveAt: createdAt,
    expiresAt: addMilliseconds(createdAt, days(30)),
    absoluteExpiresAt: addMilliseconds(createdAt, days(90)),
    revokedAt: null,
    revocationReason: null,
    ...overrides,
  });
}
