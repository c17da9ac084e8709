import { Module } from '@nestjs/common';
import { TieredThrottlingModule } from '#adapters/memory';
import { CLOCK } from '#domain/kernel';
import { ADDRESS_BLOCKS, AdmitRequest, RATE_LIMITER, THROTTLING_POLICY } from '#domain/throttling';
import { provide } from './provide.js';

const useCases = [provide(AdmitRequest, [RATE_LIMITER, ADDRESS_BLOCKS, THROTTLING_POLICY, CLOCK])];

/** How much one address may ask for. */
@Module({ imports: [TieredThrottlingModule.register()], providers: useCases, exports: useCases })
export class ThrottlingModule {}
