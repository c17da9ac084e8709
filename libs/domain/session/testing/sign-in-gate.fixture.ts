import type { IdGenerator } from '#domain/kernel';
import { DEFAULT_RISK_WEIGHTS, RiskAssessor } from '#domain/risk';
import { SignInGate, type SessionPolicy, type SignUpPolicy } from '#domain/session';
import { readableTraits, twoCities } from './readable-devices.js';
import { aSessionPolicy } from './session.mother.js';

/** A gate in a world of two cities, where no address is on a list. */
export const aSignInGate = (
  ids: IdGenerator,
  sessionPolicy: SessionPolicy = aSessionPolicy(),
  signUp: SignUpPolicy = { open: true, roles: ['user'] },
): SignInGate => {
  const assessor = new RiskAssessor(twoCities, { isListed: () => false }, DEFAULT_RISK_WEIGHTS);
  return new SignInGate(ids, readableTraits, assessor, sessionPolicy, signUp);
};
