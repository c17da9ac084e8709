import { Module, type DynamicModule } from '@nestjs/common';
import { CleanUp, OutboxRelay } from '#adapters/typeorm';
import { ForgetImports, IMPORT_RETENTION_POLICY } from '#domain/administration';
import { PostAlert } from '#domain/alerting';
import { RetireAuditTrail, SealAuditBatches } from '#domain/audit';
import { EraseExpiredRegistrations, EXPIRED_REGISTRATIONS, REGISTRATION_POLICY } from '#domain/credentials';
import { EraseDeletedAccounts } from '#domain/identity';
import { CLOCK, UNIT_OF_WORK } from '#domain/kernel';
import { NotifyOnEvent } from '#domain/notification';
import { DEVICE_POLICY, DEVICE_STORE, ForgetUnusedDevices } from '#domain/session';
import { AuditModule } from '../../api/src/composition/audit.module.js';
import { IdentityModule } from '../../api/src/composition/identity.module.js';
import { provide } from '../../api/src/composition/provide.js';
import { traced } from '../../api/src/composition/traced.js';
import type { Config } from '../../api/src/config/index.js';
import { AlertingModule } from './alerting.module.js';
import { AuditSealing } from './audit-sealing.js';
import { AuthLogModule } from './auth-log.module.js';
import { HouseKeeping } from './house-keeping.js';
import { EventDelivery } from './event-delivery.js';

/** What happens after the response: deliveries and clean-up. Runs inside the api, or as a process of its own. */
@Module({})
export class WorkerModule {
  static register(notification: DynamicModule, config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        AuditModule,
        IdentityModule,
        notification,
        AlertingModule.register(config),
        AuthLogModule.register(config),
      ],
      providers: [
        provide(EventDelivery, [OutboxRelay, NotifyOnEvent, PostAlert]),
        provide(EraseExpiredRegistrations, [EXPIRED_REGISTRATIONS, CLOCK, REGISTRATION_POLICY]),
        provide(ForgetUnusedDevices, [DEVICE_STORE, CLOCK, DEVICE_POLICY]),
        provide(ForgetImports, [UNIT_OF_WORK, CLOCK, IMPORT_RETENTION_POLICY]),
        traced(
          provide(HouseKeeping, [
            CleanUp,
            EraseDeletedAccounts,
            RetireAuditTrail,
            EraseExpiredRegistrations,
            ForgetUnusedDevices,
            ForgetImports,
            CLOCK,
          ]),
          'run',
          'house keeping',
        ),
        provide(AuditSealing, [SealAuditBatches]),
      ],
    };
  }
}
