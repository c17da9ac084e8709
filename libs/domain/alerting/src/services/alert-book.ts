import type { IdGenerator } from '#domain/kernel';
import type { AlertingPolicy } from '../model/alerting-policy.js';
import { Alert } from '../model/alert.entity.js';
import type { Letter } from '../model/alert-events.js';
import { SEVERITY_OF, type AlertKind, type Severity } from '../model/alert-kind.js';
import { counted, rateOf, type Counter } from '../model/counter.js';
import type { Observation, OwnerNotice } from '../model/observation.js';
import type { NetworkOf } from '../ports/network-of.port.js';

/** What is kept between two batches of rows. */
export interface BookState {
  readonly open: readonly Alert[];
  readonly counters: readonly Counter[];
}

/**
 * Makes alerts of observations, one after the other. Whatever it decides follows from the observations and their
 * order alone, never from the clock or from where one batch ends and the next begins, so that it does not matter
 * which worker had which part, or had it twice.
 */
export class AlertBook {
  readonly #open: Map<AlertKind, Alert>;
  readonly #counters: Map<string, Counter>;
  readonly #changed = new Map<string, Alert>();
  readonly #counted = new Set<string>();
  readonly letters: Letter[] = [];

  constructor(
    state: BookState,
    private readonly policy: AlertingPolicy,
    private readonly networkOf: NetworkOf,
    private readonly ids: IdGenerator,
  ) {
    this.#open = new Map(state.open.map((alert) => [alert.state.kind, alert]));
    this.#counters = new Map(state.counters.map((counter) => [counter.subject, counter]));
  }

  /** By id: so one ends before the next of its kind begins, and two workers take locks in the same order. */
  get changed(): readonly Alert[] {
    return [...this.#changed.values()].sort((a, b) => (a.state.id < b.state.id ? -1 : 1));
  }

  get opened(): readonly AlertKind[] {
    return this.changed.filter(({ state }) => state.version === 0).map(({ state }) => state.kind);
  }

  get counters(): readonly Counter[] {
    return [...this.#counted].map((subject) => this.#counters.get(subject)!);
  }

  enter(observation: Observation): void {
    for (const kind of observation.kinds) this.#raise(kind, observation, SEVERITY_OF[kind], 1);
    if (observation.failure) this.#enterFailure(observation);
    const { userId, notice, told } = observation;
    if (userId === null) return;
    if (notice) this.#write({ userId, notice, about: observation });
    if (told) this.#isFirst(told, userId, observation.at);
  }

  #enterFailure(observation: Observation): void {
    const { at, userId, address } = observation;
    const { window, perAccount, perNetwork, overall } = this.policy.failures;
    const many = (subject: string, limit: number): number => {
      const counter = this.#count(subject, at, window);
      return rateOf(counter, at, window) >= limit ? counter.count : 0;
    };
    const atAccount = userId === null ? 0 : many(subjectOf.account(userId), perAccount);
    const fromNetwork = many(subjectOf.network(this.networkOf(address)), perNetwork);
    const everywhere = many(subjectOf.everything, overall);
    const total = Math.max(atAccount, fromNetwork, everywhere);
    if (total === 0) return;
    const severity = everywhere > 0 ? 'critical' : SEVERITY_OF['many-failures'];
    this.#raise('many-failures', observation, severity, total);
    if (userId !== null && atAccount > 0) {
      this.#write({ userId, notice: 'many-failures', about: observation });
    }
  }

  #raise(kind: AlertKind, observation: Observation, severity: Severity, total: number): void {
    const { at } = observation;
    let alert = this.#open.get(kind);
    const end = alert?.endsAt(this.policy.quiet);
    if (alert && end && at >= end) {
      this.#changed.set(alert.state.id, alert.closed(end));
      alert = undefined;
    }
    const next = (alert ?? Alert.open(this.ids.next(), kind, at)).with(observation, severity, total);
    this.#open.set(kind, next);
    this.#changed.set(next.state.id, next);
  }

  #write(letter: Letter): void {
    if (this.#isFirst(letter.notice, letter.userId, letter.about.at)) this.letters.push(letter);
  }

  /** Of its kind to the account, for a while. */
  #isFirst(notice: OwnerNotice, userId: string, at: Date): boolean {
    const subject = subjectOf.letter(notice, userId);
    const last = this.#counters.get(subject);
    if (last && at.getTime() - last.since.getTime() < this.policy.ownerInterval) return false;
    this.#counters.set(subject, { subject, since: at, count: 1, before: 0 });
    this.#counted.add(subject);
    return true;
  }

  #count(subject: string, at: Date, window: number): Counter {
    const next = counted(this.#counters.get(subject), subject, at, window);
    this.#counters.set(subject, next);
    this.#counted.add(subject);
    return next;
  }
}

const subjectOf = {
  everything: 'everything',
  account: (userId: string) => `account ${userId}`,
  network: (network: string) => `network ${network}`,
  letter: (notice: OwnerNotice, userId: string) => `letter ${notice} ${userId}`,
};

/** Whatever an observation may count towards, so that it can be read beforehand. */
export function subjectsOf(
  { failure, userId, address, notice, told }: Observation,
  networkOf: NetworkOf,
): readonly string[] {
  const subjects = failure ? [subjectOf.everything, subjectOf.network(networkOf(address))] : [];
  if (userId === null) return subjects;
  const letters = failure ? (['many-failures'] as const) : [notice, told].filter((each) => each !== null);
  return [
    ...subjects,
    ...(failure ? [subjectOf.account(userId)] : []),
    ...letters.map((each) => subjectOf.letter(each, userId)),
  ];
}
