import { Alert, type AlertingPolicy, type AlertState } from '#domain/alerting';
import { hours, minutes } from '#domain/kernel';
import { at, newId } from '#domain/kernel/testing';

export const anAlert = (overrides: Partial<AlertState> = {}): Alert =>
  Alert.restore({ ...Alert.open(newId(), 'lockout', at(0)).state, count: 1, ...overrides });

export const aPolicy = (overrides: Partial<AlertingPolicy> = {}): AlertingPolicy => ({
  quiet: hours(1),
  failures: { window: minutes(10), perAccount: 20, perNetwork: 100, overall: 1_000 },
  ownerInterval: hours(1),
  operators: { from: 'warning', emails: ['ops@example.com'], webhook: true },
  ...overrides,
});
