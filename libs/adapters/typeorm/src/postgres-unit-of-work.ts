import type { AuditEvent } from '#domain/audit';
import type { PayloadCipher, Span, UnitOfWork, UnitOfWorkOptions } from '#domain/kernel';
import { isInDoubt } from './database-errors.js';
import { GroupCommit } from './group-commit.js';
import type { OutboxRelay } from './outbox/outbox-relay.js';
import { PostgresOutbox } from './outbox/postgres-outbox.js';
import type { PostgresDatabase, PostgresTransaction } from './postgres-database.js';
import { PostgresAccountImports } from './stores/postgres-account-imports.js';
import { PostgresAccounts } from './stores/postgres-accounts.js';
import { PostgresAddressLinks } from './stores/postgres-address-links.js';
import { PostgresAdministrators, PostgresSetupTokens } from './stores/postgres-administrators.js';
import { PostgresAlerts } from './stores/postgres-alerts.js';
import { PostgresAuditCursors } from './stores/postgres-audit-cursors.js';
import { PostgresAuditTrail } from './stores/postgres-audit-trail.js';
import { PostgresDeadLetterIntake } from './stores/postgres-dead-letters.js';
import { PostgresDevices } from './stores/postgres-devices.js';
import { PostgresOtpChallenges } from './stores/postgres-otp-challenges.js';
import { PostgresPasswordFailures } from './stores/postgres-password-failures.js';
import { PostgresPasswords } from './stores/postgres-passwords.js';
import { PostgresRegistrations } from './stores/postgres-registrations.js';
import { PostgresRoles } from './stores/postgres-roles.js';
import { PostgresSessions } from './stores/postgres-sessions.js';

/** Every store, bound to one transaction; each use case sees the narrow part that it names. */
export class PostgresTx {
  readonly accounts: PostgresAccounts;
  readonly challenges: PostgresOtpChallenges;
  readonly sessions: PostgresSessions;
  readonly devices: PostgresDevices;
  readonly passwords: PostgresPasswords;
  readonly passwordFailures: PostgresPasswordFailures;
  readonly registrations: PostgresRegistrations;
  readonly addressLinks: PostgresAddressLinks;
  readonly roles: PostgresRoles;
  readonly administrators: PostgresAdministrators;
  readonly setupTokens: PostgresSetupTokens;
  readonly imports: PostgresAccountImports;
  readonly alerts: PostgresAlerts;
  readonly auditCursors: PostgresAuditCursors;
  readonly deadLetters: PostgresDeadLetterIntake;
  readonly audit: PostgresAuditTrail;
  readonly outbox: PostgresOutbox;

  constructor(transaction: PostgresTransaction, cipher: PayloadCipher) {
    this.accounts = new PostgresAccounts(transaction);
    this.challenges = new PostgresOtpChallenges(transaction);
    this.sessions = new PostgresSessions(transaction);
    this.devices = new PostgresDevices(transaction);
    this.passwords = new PostgresPasswords(transaction);
    this.passwordFailures = new PostgresPasswordFailures(transaction);
    this.registrations = new PostgresRegistrations(transaction);
    this.addressLinks = new PostgresAddressLinks(transaction);
    this.roles = new PostgresRoles(transaction);
    this.administrators = new PostgresAdministrators(transaction);
    this.setupTokens = new PostgresSetupTokens(transaction);
    this.imports = new PostgresAccountImports(transaction);
    this.alerts = new PostgresAlerts(transaction);
    this.auditCursors = new PostgresAuditCursors(transaction);
    this.deadLetters = new PostgresDeadLetterIntake(transaction);
    this.audit = new PostgresAuditTrail(transaction);
    this.outbox = new PostgresOutbox(transaction, cipher);
  }
}

type Work = (tx: PostgresTx) => Promise<unknown>;

interface GroupedWork {
  readonly about: string;
  readonly work: Work;
  /** What the caller is doing this for, which is nothing to the others in its group. */
  readonly span: Span | null;
}

interface Committed {
  readonly results: readonly unknown[];
  readonly audited: readonly AuditEvent[];
  /** Whether there are events for the relay. */
  readonly appended: boolean;
}

export class PostgresUnitOfWork implements UnitOfWork<PostgresTx> {
  readonly #grouped: GroupCommit<GroupedWork, unknown>;

  constructor(
    private readonly database: PostgresDatabase,
    private readonly cipher: PayloadCipher,
    private readonly relay: OutboxRelay,
    /** Told of audit events once they are committed; must not throw. */
    private readonly onAudited: (events: readonly AuditEvent[]) => void = () => undefined,
  ) {
    this.#grouped = new GroupCommit((works) => this.#runGroup(works), database.tracing);
  }

  async run<T>(work: (tx: PostgresTx) => Promise<T>, { about }: UnitOfWorkOptions = {}): Promise<T> {
    if (about === undefined) return this.#runAlone(work);
    this.database.refuseNesting();
    const { tracing } = this.database;
    const span = tracing?.active() ?? null;
    // What it appends to the outbox belongs to its own trace, and the delivery with it.
    const own = tracing ? (tx: PostgresTx) => tracing.within(span, () => work(tx)) : work;
    return this.#grouped.join({ about, work: own, span }) as Promise<T>;
  }

  async #runAlone<T>(work: (tx: PostgresTx) => Promise<T>): Promise<T> {
    const [result] = this.#announce(await this.#commit([work]));
    return result as T;
  }

  /**
   * The first about each thing go together, in an order that two instances share, so that their locks cannot
   * cross. The others, and everybody if one of them fails, get a transaction of their own.
   */
  async #runGroup(works: readonly GroupedWork[]): Promise<readonly unknown[]> {
    const together = new Map(works.toReversed().map(({ about, work }) => [about, work]));
    const inOrder = [...together.keys()].sort();
    const results = new Map<Work, unknown>();
    if (inOrder.length > 1) {
      const group = inOrder.map((about) => together.get(about)!);
      const committed = await this.#commit(group).catch((error: unknown) => {
        // Perhaps committed: to run it again could do it twice.
        if (isInDoubt(error)) throw error;
        return null;
      });
      if (committed) {
        const answers = this.#announce(committed);
        group.forEach((work, i) => results.set(work, answers[i]));
      }
    }
    const { tracing } = this.database;
    return works.map(({ work, span }) => {
      if (results.has(work)) return results.get(work);
      return tracing ? tracing.within(span, () => this.#runAlone(work)) : this.#runAlone(work);
    });
  }

  #commit(works: readonly Work[]): Promise<Committed> {
    return this.database.transaction(
      async (transaction) => {
        const tx = new PostgresTx(transaction, this.cipher);
        // Settled, not raced: nobody may go on asking once the transaction is rolled back.
        const settled = await Promise.allSettled(works.map((work) => work(tx)));
        const results = settled.map((outcome) => {
          if (outcome.status === 'rejected') throw outcome.reason;
          return outcome.value;
        });
        return { results, audited: tx.audit.flush(), appended: tx.outbox.flush() };
      },
      { shared: works.length > 1 },
    );
  }

  /** Apart from the commit, after which nothing may be mistaken for a failure of it. */
  #announce({ results, audited, appended }: Committed): readonly unknown[] {
    this.onAudited(audited);
    // The relay of this process hears at once; one in another process finds the event when it polls.
    if (appended) this.relay.wake();
    return results;
  }
}
