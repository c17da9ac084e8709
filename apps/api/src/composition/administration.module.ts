import { Module, type DynamicModule } from '@nestjs/common';
import {
  ChangeAccount,
  EndAccountSessions,
  ExportAccount,
  LockAccount,
  RemoveAccount,
  RestoreAccount,
  ShowAccount,
  StartPasswordReset,
  UnlockAccount,
} from '#domain/administration';
import { AcknowledgeAlert, ALERT_STORE, SearchAlerts } from '#domain/alerting';
import { AUDIT_LOG, SearchAuditLog } from '#domain/audit';
import { RequestPasswordReset } from '#domain/credentials';
import { ACCOUNT_DIRECTORY, DELETION_POLICY } from '#domain/identity';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK } from '#domain/kernel';
import { DEVICE_STORE, SESSION_EVENTS, SESSION_STORE } from '#domain/session';
import { provide } from './provide.js';

const useCases = [
  provide(ShowAccount, [ACCOUNT_DIRECTORY]),
  provide(ChangeAccount, [UNIT_OF_WORK, SESSION_EVENTS, CLOCK]),
  provide(LockAccount, [UNIT_OF_WORK, SESSION_EVENTS, CLOCK]),
  provide(UnlockAccount, [UNIT_OF_WORK, CLOCK]),
  provide(RemoveAccount, [UNIT_OF_WORK, SESSION_EVENTS, ID_GENERATOR, CLOCK, DELETION_POLICY]),
  provide(RestoreAccount, [UNIT_OF_WORK, CLOCK, DELETION_POLICY]),
  provide(EndAccountSessions, [UNIT_OF_WORK, SESSION_EVENTS, CLOCK]),
  provide(StartPasswordReset, [UNIT_OF_WORK, RequestPasswordReset, CLOCK]),
  provide(SearchAuditLog, [AUDIT_LOG]),
  provide(SearchAlerts, [ALERT_STORE]),
  provide(AcknowledgeAlert, [UNIT_OF_WORK, CLOCK]),
  provide(ExportAccount, [ACCOUNT_DIRECTORY, SESSION_STORE, DEVICE_STORE, AUDIT_LOG, UNIT_OF_WORK, CLOCK]),
];

/** What administrators do to accounts, what they see of it, and what people may take home. */
@Module({})
export class AdministrationModule {
  /** `registration` starts password resets. */
  static register(registration: DynamicModule): DynamicModule {
    return { module: AdministrationModule, imports: [registration], providers: useCases, exports: useCases };
  }
}
