import type { AuditTrail } from '#domain/audit';
import type { Outbox } from '#domain/kernel';
import type { Accounts } from './accounts.port.js';

/** What this context needs of a transaction. */
export interface IdentityTx {
  readonly accounts: Accounts;
  readonly audit: AuditTrail;
  readonly outbox: Outbox;
}
