import { describe, expect, it } from '@jest/globals';
import { Module, type DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CLOCK } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import {
  ADDRESS_BLOCKS,
  RATE_LIMITER,
  SHARED_ADDRESS_BLOCKS,
  SHARED_RATE_LIMITER,
  type AddressBlocks,
  type RateLimiter,
} from '#domain/throttling';
import { InProcessAddressBlocks } from './in-process-address-blocks.js';
import { InProcessRateLimiter } from './in-process-rate-limiter.js';
import { TieredThrottlingModule } from './tiered-throttling.module.js';

const limit = { capacity: 5, windowSeconds: 60 };
const policy = { strikes: 1, windowSeconds: 60, blockSeconds: 300 };
const clock = new FixedClock();

@Module({})
class Shared {}

const global = (providers: NonNullable<DynamicModule['providers']>): DynamicModule => ({
  module: Shared,
  global: true,
  providers,
  exports: [...providers],
});

const start = async (shared: NonNullable<DynamicModule['providers']>) => {
  const module = await Test.createTestingModule({
    imports: [global([{ provide: CLOCK, useValue: clock }, ...shared]), TieredThrottlingModule.register()],
  }).compile();
  return {
    limiter: module.get<RateLimiter>(RATE_LIMITER),
    blocks: module.get<AddressBlocks>(ADDRESS_BLOCKS),
  };
};

describe('TieredThrottlingModule', () => {
  it('counts in process where nothing is shared', async () => {
    const { limiter, blocks } = await start([]);
    expect(limiter.takeHere('key', limit)).toMatchObject({ allowed: true, remaining: 4 });
    expect(blocks.strike('192.0.2.1', policy)).not.toBeNull();
  });

  it('puts itself in front of the shared store that a global module provides', async () => {
    const buckets = new InProcessRateLimiter(clock, 10);
    const ends = new InProcessAddressBlocks(clock, 10);
    buckets.take('key', limit, 3);
    ends.strike('192.0.2.1', policy);
    const { limiter, blocks } = await start([
      { provide: SHARED_RATE_LIMITER, useValue: buckets },
      { provide: SHARED_ADDRESS_BLOCKS, useValue: ends },
    ]);
    expect(await limiter.takeEverywhere('key', limit)).toMatchObject({ allowed: true, remaining: 1 });
    expect(await blocks.blockedEverywhere('192.0.2.1')).not.toBeNull();
  });
});
