import { describe, expect, it } from '@jest/globals';
import { FixedClock } from '#domain/kernel/testing';
import { describeSharedRateLimiterContract } from '#domain/throttling/testing';
import { InProcessRateLimiter } from './in-process-rate-limiter.js';

const limit = { capacity: 5, windowSeconds: 60 };

describeSharedRateLimiterContract('InProcessRateLimiter', () => {
  const clock = new FixedClock();
  const limiter = new InProcessRateLimiter(clock, 1_000);
  return {
    take: (...taken) => limiter.take(...taken),
    advance: (milliseconds) => clock.advance(milliseconds),
  };
});

describe('InProcessRateLimiter under a flood of fresh keys', () => {
  it('keeps a bucket in use and drops the ones left alone the longest', () => {
    const limiter = new InProcessRateLimiter(new FixedClock(), 100);
    limiter.take('idle', limit, 5);
    limiter.take('busy', limit, 5);
    for (let i = 0; i < 1_000; i++) {
      limiter.take(`fresh:${i}`, limit);
      expect(limiter.take('busy', limit).allowed).toBe(false);
    }
    expect(limiter.take('idle', limit).allowed).toBe(true);
  });
});
