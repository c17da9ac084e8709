import { Logger, Module, type FactoryProvider } from '@nestjs/common';
import { TieredThrottlingModule } from '#adapters/memory';
import type { AuditTrail } from '#domain/audit';
import { CLOCK, UNIT_OF_WORK, type Clock, type UnitOfWork } from '#domain/kernel';
import {
  ADDRESS_BLOCKS,
  AdmitRequest,
  AuditAddressBlocks,
  RATE_LIMITER,
  THROTTLING_POLICY,
  type AddressBlocks,
} from '#domain/throttling';
import { observed } from './observed.js';
import { provide } from './provide.js';

const useCases = [
  observed(
    provide(AdmitRequest, [RATE_LIMITER, ADDRESS_BLOCKS, THROTTLING_POLICY, CLOCK]),
    ({ admissions }) => admissions,
  ),
];

const logger = new Logger('Throttling');
const auditAddressBlocks: FactoryProvider<AuditAddressBlocks> = {
  provide: AuditAddressBlocks,
  useFactory: (blocks: AddressBlocks, unitOfWork: UnitOfWork<{ readonly audit: AuditTrail }>, clock: Clock) =>
    new AuditAddressBlocks(blocks, unitOfWork, clock, (error) =>
      logger.warn(`A block was not recorded: ${String(error)}`),
    ),
  inject: [ADDRESS_BLOCKS, UNIT_OF_WORK, CLOCK],
};

/** How much one address may ask for. */
@Module({
  imports: [TieredThrottlingModule.register()],
  providers: [...useCases, auditAddressBlocks],
  exports: useCases,
})
export class ThrottlingModule {}
