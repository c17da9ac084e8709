import { token } from '#domain/kernel';
import type { Severity } from './alert-kind.js';

/** Durations in milliseconds. */
export interface AlertingPolicy {
  /** An alert is over when nothing more happened for so long. */
  readonly quiet: number;
  /** So many failed sign-ins within the window are many. */
  readonly failures: {
    readonly window: number;
    readonly perAccount: number;
    readonly perNetwork: number;
    readonly overall: number;
  };
  /** At most one letter to an owner about the same kind of thing in this time. */
  readonly ownerInterval: number;
  readonly operators: {
    readonly from: Severity;
    readonly emails: readonly string[];
    readonly webhook: boolean;
  };
}

export const ALERTING_POLICY = token<AlertingPolicy>('AlertingPolicy');
