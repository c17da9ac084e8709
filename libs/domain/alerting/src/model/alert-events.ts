import { recipientsOf, type User } from '#domain/identity';
import type { DomainEvent } from '#domain/kernel';
import type { NotificationEvent } from '#domain/notification';
import type { Alert, AlertPhase } from './alert.entity.js';
import type { AlertKind, Severity } from './alert-kind.js';
import { countOf } from './distinct.js';
import type { Observation, OwnerNotice } from './observation.js';

interface Sampled {
  readonly distinct: number;
  readonly sample: readonly string[];
}

/** What operators are told: ids and addresses, with which they find the rest. Instants are ISO 8601. */
export interface AlertNotice {
  readonly phase: AlertPhase;
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly openedAt: string;
  readonly lastAt: string;
  readonly closedAt: string | null;
  readonly count: number;
  readonly accounts: Sampled;
  readonly addresses: Sampled;
  readonly requestIds: readonly string[];
}

export type AlertPosted = DomainEvent<'alert.posted', AlertNotice>;

export const ALERT_POSTED: AlertPosted['type'] = 'alert.posted';

export function noticeOf({ state }: Alert, phase: AlertPhase): AlertNotice {
  const { id, kind, severity, count, accounts, addresses, requestIds } = state;
  return {
    phase,
    id,
    kind,
    severity,
    openedAt: state.openedAt.toISOString(),
    lastAt: state.lastAt.toISOString(),
    closedAt: state.closedAt?.toISOString() ?? null,
    count,
    accounts: { distinct: countOf(accounts), sample: accounts.sample },
    addresses: { distinct: countOf(addresses), sample: addresses.sample },
    requestIds,
  };
}

export const alertMailed = (
  id: string,
  emails: readonly string[],
  alert: AlertNotice,
  now: Date,
): Extract<NotificationEvent, { type: 'alert.mailed' }> => ({
  id,
  type: 'alert.mailed',
  occurredAt: now,
  payload: { notify: emails.map((to) => ({ channel: 'email', to })), locale: null, alert },
});

export const alertPosted = (id: string, alert: AlertNotice, now: Date): AlertPosted => ({
  id,
  type: ALERT_POSTED,
  occurredAt: now,
  payload: alert,
});

/** To be told to the owner of an account. */
export interface Letter {
  readonly userId: string;
  readonly notice: OwnerNotice;
  readonly about: Observation;
}

export const accountAlerted = (
  id: string,
  user: User,
  { notice, about }: Letter,
  now: Date,
): Extract<NotificationEvent, { type: 'account.alerted' }> => ({
  id,
  type: 'account.alerted',
  occurredAt: now,
  payload: {
    userId: user.id,
    notify: recipientsOf(user),
    locale: user.profile.locale,
    notice,
    at: about.at.toISOString(),
    address: about.address,
    country: about.country,
  },
});
