import type { AuditTrail } from '#domain/audit';
import type { Accounts } from '#domain/identity';
import type { Outbox } from '#domain/kernel';
import type { Devices } from './devices.port.js';
import type { Sessions } from './sessions.port.js';

/** What ending a session needs of a transaction. */
export interface SessionTx {
  readonly sessions: Sessions;
  readonly audit: AuditTrail;
}

/** What opening one needs. */
export interface SignInTx extends SessionTx {
  readonly accounts: Accounts;
  readonly devices: Devices;
  readonly outbox: Outbox;
}
