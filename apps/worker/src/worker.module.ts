import { Module, type DynamicModule } from '@nestjs/common';
import { CleanUp, OutboxRelay } from '#adapters/typeorm';
import { RetireAuditTrail, SealAuditBatches } from '#domain/audit';
import { EraseExpiredRegistrations, EXPIRED_REGISTRATIONS, REGISTRATION_POLICY } from '#domain/credentials';
import { EraseDeletedAccounts } from '#domain/identity';
import { CLOCK } from '#domain/kernel';
import { NotifyOnEvent } from '#domain/notification';
import { AuditModule } from '../../api/src/composition/audit.module.js';
import { IdentityModule } from '../../api/src/composition/identity.module.js';
import { provide } from '../../api/src/composition/provide.js';
import { AuditSealing } from './audit-sealing.js';
import { HouseKeeping } from './house-keeping.js';
import { EventDelivery } from './event-delivery.js';

/** What happens after the response: deliveries and clean-up. Runs inside the api, or as a process of its own. */
@Module({})
export class WorkerModule {
  static register(notification: DynamicModule): DynamicModule {
    return {
      module: WorkerModule,
      imports: [AuditModule, IdentityModule, notification],
      providers: [
        provide(EventDelivery, [OutboxRelay, NotifyOnEvent]),
        provide(EraseExpiredRegistrations, [EXPIRED_REGISTRATIONS, CLOCK, REGISTRATION_POLICY]),
        provide(HouseKeeping, [
          CleanUp,
          EraseDeletedAccounts,
          RetireAuditTrail,
          EraseExpiredRegistrations,
          CLOCK,
        ]),
        provide(AuditSealing, [SealAuditBatches]),
      ],
    };
  }
}
