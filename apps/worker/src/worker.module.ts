import { Module, type DynamicModule } from '@nestjs/common';
import { CleanUp, OutboxRelay } from '#adapters/typeorm';
import { EraseDeletedAccounts } from '#domain/identity';
import { CLOCK } from '#domain/kernel';
import { NotifyOnEvent } from '#domain/notification';
import { IdentityModule } from '../../api/src/composition/identity.module.js';
import { provide } from '../../api/src/composition/provide.js';
import { HouseKeeping } from './house-keeping.js';
import { EventDelivery } from './event-delivery.js';

/** What happens after the response: deliveries and clean-up. Runs inside the api, or as a process of its own. */
@Module({})
export class WorkerModule {
  static register(notification: DynamicModule): DynamicModule {
    return {
      module: WorkerModule,
      imports: [IdentityModule, notification],
      providers: [
        provide(EventDelivery, [OutboxRelay, NotifyOnEvent]),
        provide(HouseKeeping, [CleanUp, EraseDeletedAccounts, CLOCK]),
      ],
    };
  }
}
