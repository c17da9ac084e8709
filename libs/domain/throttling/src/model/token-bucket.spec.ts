import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket, tokenInterval, type BucketLimit } from './token-bucket.js';

const START = Date.UTC(2026, 0, 15);

const limits: fc.Arbitrary<BucketLimit> = fc.record({
  capacity: fc.integer({ min: 1, max: 1_000 }),
  windowSeconds: fc.integer({ min: 1, max: 3_600 }),
});
const arrivals = (step: fc.Arbitrary<number>) =>
  fc.array(fc.record({ step, tokens: fc.integer({ min: 1, max: 20 }) }), { minLength: 1, maxLength: 100 });

/** Replays arrivals, each `step` milliseconds after the one before, and lists how many tokens each got. */
const replay = (limit: BucketLimit, calls: readonly { step: number; tokens: number }[]) => {
  const bucket = new TokenBucket();
  let at = START;
  return calls.map(({ step, tokens }) => {
    at += step;
    const before = bucket.take(limit, new Date(at), 0).remaining;
    const decision = bucket.take(limit, new Date(at), tokens);
    return { at, taken: before - decision.remaining, asked: tokens, decision };
  });
};

describe('TokenBucket', () => {
  it('never gives more in any window than its capacity and what flowed back meanwhile', () => {
    fc.assert(
      fc.property(limits, arrivals(fc.integer({ min: 0, max: 20_000 })), (limit, calls) => {
        const taken = replay(limit, calls);
        for (let from = 0; from < taken.length; from++) {
          let sum = 0;
          for (let to = from; to < taken.length; to++) {
            sum += taken[to]!.taken;
            const elapsedSeconds = (taken[to]!.at - taken[from]!.at) / 1_000;
            const most = limit.capacity + (elapsedSeconds * limit.capacity) / limit.windowSeconds;
            expect(sum).toBeLessThanOrEqual(most);
          }
        }
      }),
    );
  });

  it('gives no more than its limit at any speed', () => {
    const fast = fc.record({
      capacity: fc.integer({ min: 1, max: 2_000_000 }),
      elapsed: fc.integer({ min: 0, max: 1_000 }),
    });
    fc.assert(
      fc.property(fast, ({ capacity, elapsed }) => {
        const limit = { capacity, windowSeconds: 1 };
        const bucket = new TokenBucket();
        bucket.take(limit, new Date(START), capacity);
        const { remaining } = bucket.take(limit, new Date(START + elapsed), 0);
        expect(remaining).toBeLessThanOrEqual((capacity * elapsed) / 1_000);
      }),
    );
  });

  it('gains nothing from a clock that is set back: only forward steps refill', () => {
    fc.assert(
      fc.property(limits, arrivals(fc.integer({ min: -3_600_000, max: 20_000 })), (limit, calls) => {
        let sum = 0;
        let forward = 0;
        for (const [index, { taken }] of replay(limit, calls).entries()) {
          sum += taken;
          if (index > 0) forward += Math.max(0, calls[index]!.step);
          expect(sum).toBeLessThanOrEqual(limit.capacity + (forward * 1_000) / tokenInterval(limit));
        }
      }),
    );
  });

  it('allows exactly when every token asked for was there, and takes what there was otherwise', () => {
    fc.assert(
      fc.property(limits, arrivals(fc.integer({ min: -20_000, max: 20_000 })), (limit, calls) => {
        for (const { taken, asked, decision } of replay(limit, calls)) {
          expect(decision.allowed).toBe(taken === asked);
          if (!decision.allowed) expect(decision.remaining).toBe(0);
        }
      }),
    );
  });

  it('keeps its word: a token after retryAfterSeconds, a full bucket after resetSeconds', () => {
    fc.assert(
      fc.property(limits, arrivals(fc.integer({ min: -20_000, max: 20_000 })), (limit, calls) => {
        const bucket = new TokenBucket();
        let at = START;
        for (const { step, tokens } of calls) {
          at += step;
          const decision = bucket.take(limit, new Date(at), tokens);
          expect(decision.retryAfterSeconds > 0).toBe(!decision.allowed);
          if (!decision.allowed) {
            at += decision.retryAfterSeconds * 1_000;
            expect(bucket.take(limit, new Date(at)).allowed).toBe(true);
          }
        }
        const { resetSeconds } = bucket.take(limit, new Date(at), 0);
        const later = new Date(at + resetSeconds * 1_000);
        expect(bucket.take(limit, later, limit.capacity)).toMatchObject({ allowed: true, remaining: 0 });
      }),
    );
  });

  it('is usable again one window after a clock set far back, not when the clock has caught up', () => {
    const limit = { capacity: 5, windowSeconds: 60 };
    const bucket = new TokenBucket();
    bucket.take(limit, new Date(START), 5);
    const back = START - 86_400_000;
    expect(bucket.take(limit, new Date(back)).allowed).toBe(false);
    expect(bucket.take(limit, new Date(back + 60_000), 5).allowed).toBe(true);
  });

  it('can be made emptier from outside but never fuller', () => {
    const limit = { capacity: 5, windowSeconds: 60 };
    const now = new Date(START);
    const bucket = new TokenBucket();
    bucket.raiseDebt(36_000_000, limit, now);
    bucket.raiseDebt(12_000_000, limit, now);
    expect(bucket.take(limit, now)).toMatchObject({ allowed: true, remaining: 1, debt: 48_000_000 });
  });
});
