export const ALERT_KINDS = [
  'many-failures',
  'new-device',
  'unusual-place',
  'impossible-travel',
  'refresh-reuse',
  'lockout',
  'role-change',
  'address-blocked',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** From what is worth knowing to what cannot wait. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);

/** What one event of a kind amounts to. Failures all over the deployment are more than those at one account. */
export const SEVERITY_OF: Readonly<Record<AlertKind, Severity>> = {
  'many-failures': 'warning',
  'new-device': 'info',
  'unusual-place': 'info',
  'impossible-travel': 'warning',
  'refresh-reuse': 'critical',
  lockout: 'warning',
  'role-change': 'warning',
  'address-blocked': 'info',
};
