import type { TrailRow } from '#domain/audit';
import { hours } from '#domain/kernel';
import type { AlertKind } from './alert-kind.js';

/** What the owner of an account is told about. */
export const OWNER_NOTICES = ['refresh-reused', 'unusual-sign-in', 'roles-changed', 'many-failures'] as const;
export type OwnerNotice = (typeof OWNER_NOTICES)[number];

/** A row of the audit trail, as far as alerts are concerned. */
export interface Observation {
  readonly at: Date;
  /** Of which the row alone is reason enough. */
  readonly kinds: readonly AlertKind[];
  /** Whether it is one of those that only their number makes remarkable. */
  readonly failure: boolean;
  readonly userId: string | null;
  readonly address: string;
  readonly requestId: string;
  readonly country: string | null;
  readonly notice: OwnerNotice | null;
  /** What the owner was told by other means, and is not told again. */
  readonly told: OwnerNotice | null;
}

/** By which the clocks of two machines may differ. */
const CLOCK_DRIFT = hours(1);

export const isLongAfter = (now: Date, at: Date): boolean => at.getTime() - now.getTime() > CLOCK_DRIFT;

const FAILURES: ReadonlySet<string> = new Set([
  'otp.rejected',
  'otp.throttled',
  'password.rejected',
  'password.throttled',
]);
const ROLE_CHANGES: ReadonlySet<string> = new Set([
  'role.created',
  'role.updated',
  'role.deleted',
  'user.roles-changed',
  'administrator.appointed',
]);

/**
 * Null for a row that no alert is about, which most are. One that claims to be from long after now was written by a
 * clock that is wrong, and happened now: an alert that began next year would take in everything until then.
 */
export function observe(row: TrailRow, now: Date): Observation | null {
  const found = findingsIn(row);
  const at = new Date(`${row.occurredAt}Z`);
  return (
    found && {
      kinds: [],
      failure: false,
      country: null,
      notice: null,
      told: null,
      ...found,
      at: isLongAfter(now, at) ? now : at,
      userId: row.userId,
      // The store's text for an address has its netmask.
      address: row.address.replace(/\/\d+$/, ''),
      requestId: row.requestId,
    }
  );
}

function findingsIn({ action, result, metadata }: TrailRow): Partial<Observation> | null {
  if (FAILURES.has(action)) return { failure: true };
  if (action === 'session.opened') return strangenessOf(metadata);
  if (action === 'user.imported') return grantsMore(metadata) ? { kinds: ['role-change'] } : null;
  if (action === 'session.refresh-reused') return { kinds: ['refresh-reuse'], notice: 'refresh-reused' };
  if (action === 'password.locked-out') return { kinds: ['lockout'], told: 'many-failures' };
  if (action === 'address.blocked') return { kinds: ['address-blocked'] };
  if (result === 'success' && ROLE_CHANGES.has(action)) {
    return { kinds: ['role-change'], notice: 'roles-changed' };
  }
  return null;
}

/** Than everybody has; accounts come by the hundred thousand. */
function grantsMore(metadata: string | null): boolean {
  const { roles = 'user' } = JSON.parse(metadata ?? '{}') as { readonly roles?: string };
  return roles.split(',').some((role) => role !== 'user' && role !== '');
}

/** The owner of an account that was used on a new device was written to by the sign-in itself. */
function strangenessOf(metadata: string | null): Partial<Observation> | null {
  const { riskReasons, country } = JSON.parse(metadata ?? '{}') as {
    readonly riskReasons?: readonly string[];
    readonly country?: string;
  };
  const has = (reason: string): boolean => riskReasons?.includes(reason) ?? false;
  const kinds: AlertKind[] = [];
  if (has('new-device')) kinds.push('new-device');
  if (has('new-country')) kinds.push('unusual-place');
  if (has('impossible-travel')) kinds.push('impossible-travel');
  if (kinds.length === 0) return null;
  return { kinds, country: country ?? null, notice: has('new-device') ? null : 'unusual-sign-in' };
}
