import { addMilliseconds, days } from '#domain/kernel';
import { SEVERITIES, type AlertKind, type Severity } from './alert-kind.js';
import { NOTHING_SEEN, SAMPLE_SIZE, withValue, type Distinct } from './distinct.js';
import type { Observation } from './observation.js';

/** However long something goes on, it is told of once a day. */
const LONGEST = days(1);
/** By how much an alert has to grow for operators to hear of it once more. */
const ESCALATION = 100;

export interface AlertState {
  readonly id: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  readonly openedAt: Date;
  readonly lastAt: Date;
  readonly closedAt: Date | null;
  /** Events; where they count only together, those from before the alert included. */
  readonly count: number;
  readonly accounts: Distinct;
  readonly addresses: Distinct;
  /** The first few different ones. */
  readonly requestIds: readonly string[];
  /** What `count` was when operators were last told; null while they were not. */
  readonly told: number | null;
  readonly acknowledged: { readonly at: Date; readonly by: string } | null;
  /** Of the stored state that this one follows; 0 for an alert that is not stored yet. */
  readonly version: number;
}

export type AlertPhase = 'opened' | 'grown' | 'closed';

/**
 * All events of one kind, from the first until a while after the last. An attack is one of these, however many
 * accounts and addresses it takes. Immutable; each change returns the next state, which the caller stores.
 */
export class Alert {
  private constructor(readonly state: AlertState) {}

  static open(id: string, kind: AlertKind, at: Date): Alert {
    return new Alert({
      id,
      kind,
      severity: 'info',
      openedAt: at,
      lastAt: at,
      closedAt: null,
      count: 0,
      accounts: NOTHING_SEEN,
      addresses: NOTHING_SEEN,
      requestIds: [],
      told: null,
      acknowledged: null,
      version: 0,
    });
  }

  static restore(state: AlertState): Alert {
    return new Alert(state);
  }

  /** One more event, and at least `total` of them. */
  with({ at, userId, address, requestId }: Observation, severity: Severity, total: number): Alert {
    const { state } = this;
    return new Alert({
      ...state,
      severity: SEVERITIES[Math.max(SEVERITIES.indexOf(state.severity), SEVERITIES.indexOf(severity))]!,
      lastAt: at > state.lastAt ? at : state.lastAt,
      count: Math.max(state.count + 1, total),
      accounts: userId === null ? state.accounts : withValue(state.accounts, userId),
      addresses: withValue(state.addresses, address),
      // A client names its requests itself, and may give all of them one name.
      requestIds: [...new Set([...state.requestIds, requestId])].slice(0, SAMPLE_SIZE),
    });
  }

  /** When it is over, unless there are more events before then. */
  endsAt(quiet: number): Date {
    const { lastAt, openedAt } = this.state;
    const [silent, longest] = [addMilliseconds(lastAt, quiet), addMilliseconds(openedAt, LONGEST)];
    return silent < longest ? silent : longest;
  }

  closed(at: Date): Alert {
    return new Alert({ ...this.state, closedAt: at });
  }

  /** What operators have not been told yet: that it began, that it is a hundred times as large, that it is over. */
  get news(): AlertPhase | null {
    const { told, count, closedAt } = this.state;
    if (closedAt) return 'closed';
    if (told === null) return 'opened';
    return count >= told * ESCALATION ? 'grown' : null;
  }

  get announced(): Alert {
    return new Alert({ ...this.state, told: this.state.count });
  }
}
