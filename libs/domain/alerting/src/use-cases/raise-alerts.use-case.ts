import type { AuditCursors, AuditFeed } from '#domain/audit';
import type { AccountDirectory, User } from '#domain/identity';
import type { Clock, IdGenerator, UnitOfWork } from '#domain/kernel';
import type { AlertingPolicy } from '../model/alerting-policy.js';
import type { Alert } from '../model/alert.entity.js';
import type { AlertKind } from '../model/alert-kind.js';
import { accountAlerted, type Letter } from '../model/alert-events.js';
import { isLongAfter, observe, type Observation } from '../model/observation.js';
import type { AlertingTx } from '../ports/alerting-tx.js';
import type { AlertStore } from '../ports/alerts.port.js';
import type { NetworkOf } from '../ports/network-of.port.js';
import { AlertBook, subjectsOf } from '../services/alert-book.js';
import type { AlertAnnouncer } from '../services/alert-announcer.js';

const CURSOR = 'alerts';
/** Rows of a batch: what is looked at again when another worker was faster. */
const BATCH = 500;

export interface RaiseResult {
  /** `overtaken`: another worker is at it. `caught-up`: there is no row that was not looked at. */
  readonly outcome: 'raised' | 'overtaken' | 'caught-up';
  /** The kinds of alerts that began with this. */
  readonly opened: readonly AlertKind[];
}

interface Page {
  readonly alerts: readonly Alert[];
  readonly letters: readonly (readonly [Letter, User])[];
}

/**
 * Follows the audit trail and makes alerts of it. What it reads, it reads before its unit of work; what it makes of
 * it is stored together with the cursor's move and everything that is to be sent, so that a row is neither left out
 * nor counted twice, whenever a process dies and however many there are.
 */
export class RaiseAlerts {
  constructor(
    private readonly feed: AuditFeed,
    private readonly cursors: AuditCursors,
    private readonly store: AlertStore,
    private readonly accounts: AccountDirectory,
    private readonly announcer: AlertAnnouncer,
    private readonly unitOfWork: UnitOfWork<AlertingTx>,
    private readonly networkOf: NetworkOf,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: AlertingPolicy,
  ) {}

  async execute(): Promise<RaiseResult> {
    const from = await this.cursors.position(CURSOR);
    const settled = await this.feed.next(from, BATCH);
    if (!settled) return result((await this.#closeWhatIsOver()) && 'caught-up');
    const now = this.clock.now();
    const observations = settled.rows.flatMap((row) => observe(row, now) ?? []);
    if (observations.length === 0) {
      return result((await this.cursors.advance(CURSOR, from, settled.upTo)) && 'raised');
    }
    const book = await this.#bookFor(observations, now);
    const page = { alerts: book.changed, letters: await this.#addressed(book.letters) };
    const won = await this.#commit(page, (tx) => {
      const claimed = tx.auditCursors.advance(CURSOR, from, settled.upTo);
      tx.alerts.saveCounters(book.counters);
      return claimed;
    });
    return result(won && 'raised', book.opened);
  }

  async #bookFor(observations: readonly Observation[], now: Date): Promise<AlertBook> {
    const subjects = new Set(observations.flatMap((each) => subjectsOf(each, this.networkOf)));
    const [open, kept] = await Promise.all([this.store.open(), this.store.counters([...subjects])]);
    // One from the future would count, or keep quiet, until then.
    const counters = kept.filter(({ since }) => !isLongAfter(now, since));
    const book = new AlertBook({ open, counters }, this.policy, this.networkOf, this.ids);
    for (const observation of observations) book.enter(observation);
    return book;
  }

  /**
   * Only once all rows were looked at: one that was not may be of an alert that seems to be over. One from the future,
   * of a clock that was put back since, ends as well.
   */
  async #closeWhatIsOver(): Promise<boolean> {
    const now = this.clock.now();
    const alerts = (await this.store.open()).flatMap((alert) => {
      if (isLongAfter(now, alert.state.openedAt)) return alert.closed(now);
      const end = alert.endsAt(this.policy.quiet);
      return end <= now ? alert.closed(end) : [];
    });
    return alerts.length === 0 || this.#commit({ alerts, letters: [] }, async () => true);
  }

  /** False, with nothing stored, when another worker was faster. */
  async #commit({ alerts, letters }: Page, claim: (tx: AlertingTx) => Promise<boolean>): Promise<boolean> {
    try {
      await this.unitOfWork.run(async (tx) => {
        const now = this.clock.now();
        // In one round trip, and the claim first: whoever loses it waits there, holding nothing.
        const claimed = claim(tx);
        const stored = alerts.map((alert) => tx.alerts.save(this.announcer.announce(tx, alert, now)));
        for (const [letter, user] of letters) {
          tx.outbox.append(accountAlerted(this.ids.next(), user, letter, now));
        }
        if (!(await Promise.all([claimed, ...stored])).every(Boolean)) throw new Overtaken();
      });
      return true;
    } catch (error) {
      if (error instanceof Overtaken) return false;
      throw error;
    }
  }

  /** One after the other: there are few, and requests need the database more. */
  async #addressed(letters: readonly Letter[]): Promise<Page['letters']> {
    const addressed: [Letter, User][] = [];
    for (const letter of letters) {
      const user = await this.accounts.findById(letter.userId);
      if (user && user.state.status !== 'deleted') addressed.push([letter, user]);
    }
    return addressed;
  }
}

const result = (outcome: false | RaiseResult['outcome'], opened: readonly AlertKind[] = []): RaiseResult =>
  outcome ? { outcome, opened } : { outcome: 'overtaken', opened: [] };

/** Thrown so that nothing is stored. */
class Overtaken extends Error {}
