import type { AuditTrail } from '#domain/audit';
import type { Accounts, Administrators } from '#domain/identity';
import type { Roles } from './roles.port.js';
import type { SetupTokens } from './setup-tokens.port.js';

export interface RoleTx {
  readonly accounts: Accounts;
  readonly roles: Roles;
  readonly audit: AuditTrail;
}

export interface UserRolesTx extends RoleTx {
  readonly administrators: Administrators;
}

export interface SetupTx {
  readonly accounts: Accounts;
  readonly administrators: Administrators;
  readonly setupTokens: SetupTokens;
  readonly audit: AuditTrail;
}
