/** Why a sign-in may be somebody else's. Kept in the audit trail, so a name once used keeps its meaning. */
export const RISK_REASONS = [
  'new-device',
  'new-country',
  'impossible-travel',
  'velocity',
  'failed-attempts',
  'listed-address',
  'unusual-hour',
] as const;

export type RiskReason = (typeof RISK_REASONS)[number];
