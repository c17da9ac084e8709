import type { Roles } from '#domain/access';
import type { AuditTrail } from '#domain/audit';
import type { Accounts, Administrators } from '#domain/identity';
import type { Outbox } from '#domain/kernel';
import type { Sessions } from '#domain/session';

/** What this context needs of a transaction. */
export interface AdministrationTx {
  readonly accounts: Accounts;
  readonly administrators: Administrators;
  readonly roles: Roles;
  readonly sessions: Sessions;
  readonly audit: AuditTrail;
  readonly outbox: Outbox;
}
