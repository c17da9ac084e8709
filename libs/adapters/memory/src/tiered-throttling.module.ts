import { Module, type DynamicModule } from '@nestjs/common';
import { CLOCK, type Clock } from '#domain/kernel';
import {
  ADDRESS_BLOCKS,
  RATE_LIMITER,
  SHARED_ADDRESS_BLOCKS,
  SHARED_RATE_LIMITER,
  type SharedAddressBlocks,
  type SharedRateLimiter,
} from '#domain/throttling';
import { InProcessAddressBlocks } from './in-process-address-blocks.js';
import { InProcessRateLimiter } from './in-process-rate-limiter.js';
import { TieredAddressBlocks } from './tiered-address-blocks.js';
import { TieredRateLimiter } from './tiered-rate-limiter.js';

export interface TieredThrottlingOptions {
  /**
   * The most buckets, strike counts and blocks kept at once, of each. The default of 100,000 takes 8 MB, and
   * 65 MB when an attacker has filled all three.
   */
  readonly maxKeys?: number;
}

/** Limits counted in this process, and in the shared store when a global module provides one. */
@Module({})
export class TieredThrottlingModule {
  static register({ maxKeys = 100_000 }: TieredThrottlingOptions = {}): DynamicModule {
    return {
      module: TieredThrottlingModule,
      global: true,
      providers: [
        {
          provide: RATE_LIMITER,
          useFactory: (clock: Clock, shared: SharedRateLimiter | null = null) =>
            new TieredRateLimiter(new InProcessRateLimiter(clock, maxKeys), shared),
          inject: [CLOCK, { token: SHARED_RATE_LIMITER, optional: true }],
        },
        {
          provide: ADDRESS_BLOCKS,
          useFactory: (clock: Clock, shared: SharedAddressBlocks | null = null) =>
            new TieredAddressBlocks(new InProcessAddressBlocks(clock, maxKeys), shared),
          inject: [CLOCK, { token: SHARED_ADDRESS_BLOCKS, optional: true }],
        },
      ],
      exports: [RATE_LIMITER, ADDRESS_BLOCKS],
    };
  }
}
