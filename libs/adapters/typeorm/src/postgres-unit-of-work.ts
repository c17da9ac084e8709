import type { PayloadCipher, UnitOfWork } from '#domain/kernel';
import type { OutboxRelay } from './outbox/outbox-relay.js';
import { PostgresOutbox } from './outbox/postgres-outbox.js';
import type { PostgresDatabase, PostgresTransaction } from './postgres-database.js';
import { PostgresAccounts } from './stores/postgres-accounts.js';
import { PostgresAuditTrail } from './stores/postgres-audit-trail.js';
import { PostgresOtpChallenges } from './stores/postgres-otp-challenges.js';
import { PostgresSessions } from './stores/postgres-sessions.js';

/** Every store, bound to one transaction; each use case sees the narrow part that it names. */
export class PostgresTx {
  readonly accounts: PostgresAccounts;
  readonly challenges: PostgresOtpChallenges;
  readonly sessions: PostgresSessions;
  readonly audit: PostgresAuditTrail;
  readonly outbox: PostgresOutbox;

  constructor(transaction: PostgresTransaction, cipher: PayloadCipher) {
    this.accounts = new PostgresAccounts(transaction);
    this.challenges = new PostgresOtpChallenges(transaction);
    this.sessions = new PostgresSessions(transaction);
    this.audit = new PostgresAuditTrail(transaction);
    this.outbox = new PostgresOutbox(transaction, cipher);
  }
}

export class PostgresUnitOfWork implements UnitOfWork<PostgresTx> {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly cipher: PayloadCipher,
    private readonly relay: OutboxRelay,
  ) {}

  async run<T>(work: (tx: PostgresTx) => Promise<T>): Promise<T> {
    const { result, appended } = await this.database.transaction(async (transaction) => {
      const tx = new PostgresTx(transaction, this.cipher);
      const result = await work(tx);
      tx.audit.flush();
      return { result, appended: tx.outbox.appended };
    });
    // The relay of this process hears at once; one in another process finds the event when it polls.
    if (appended) this.relay.wake();
    return result;
  }
}
