import { beforeEach, describe, expect, it } from '@jest/globals';
import { FixedClock } from '#domain/kernel/testing';
import type { BucketDecision, BucketLimit, SharedRateLimiter } from '#domain/throttling';
import { describeSharedRateLimiterContract } from '#domain/throttling/testing';
import { InProcessRateLimiter } from './in-process-rate-limiter.js';
import { TieredRateLimiter } from './tiered-rate-limiter.js';

const limit = { capacity: 10, windowSeconds: 60 };
const clock = new FixedClock();

/** A store that several instances share, which a test can take away or empty. */
class SharedStore implements SharedRateLimiter {
  taken: number[] = [];
  failing = false;
  #counts = new InProcessRateLimiter(clock, 100);

  flush(): void {
    this.#counts = new InProcessRateLimiter(clock, 100);
  }

  async take(key: string, bucket: BucketLimit, tokens: number): Promise<BucketDecision> {
    this.taken.push(tokens);
    if (this.failing) throw new Error('Connection is closed');
    return this.#counts.take(key, bucket, tokens);
  }
}

describe('TieredRateLimiter', () => {
  let store: SharedStore;
  let reports: (() => void)[];
  let one: TieredRateLimiter;
  let other: TieredRateLimiter;

  const instance = () =>
    new TieredRateLimiter(new InProcessRateLimiter(clock, 100), store, (report) => reports.push(report));
  const takeHere = (limiter: TieredRateLimiter, times: number) =>
    Array.from({ length: times }, () => limiter.takeHere('key', limit)).filter(({ allowed }) => allowed)
      .length;
  const report = async () => {
    for (const due of reports.splice(0)) due();
    await new Promise((resolve) => setImmediate(resolve));
  };

  beforeEach(() => {
    store = new SharedStore();
    reports = [];
    one = instance();
    other = instance();
  });

  it('counts by itself when there is no shared store', async () => {
    const alone = new TieredRateLimiter(new InProcessRateLimiter(clock, 100), null);
    expect(takeHere(alone, 12)).toBe(10);
    expect(await alone.takeEverywhere('key', limit)).toMatchObject({ allowed: false });
    expect(await alone.takeEverywhere('another', limit)).toMatchObject({ allowed: true });
  });

  it('decides here before the shared store hears of it', () => {
    expect(takeHere(one, 12)).toBe(10);
    expect(store.taken).toEqual([]);
  });

  it('reports all that it allowed in one message for each key', async () => {
    takeHere(one, 12);
    one.takeHere('another', limit);
    expect(reports).toHaveLength(1);
    await report();
    expect(store.taken).toEqual([10, 1]);
    await report();
    expect(store.taken).toEqual([10, 1]);
  });

  it('remembers what other instances have spent', async () => {
    takeHere(one, 7);
    await report();
    takeHere(other, 1);
    await report();
    expect(other.takeHere('key', limit)).toMatchObject({ allowed: true, remaining: 1 });
  });

  it('admits from the only instance to the token what it would by itself', async () => {
    const alone = new InProcessRateLimiter(clock, 100);
    for (let second = 0; second < 60; second++) {
      expect(one.takeHere('key', limit)).toEqual(alone.take('key', limit));
      await report();
      clock.advance(1_000);
    }
  });

  it('awaits the shared count where both must allow', async () => {
    const all = Array.from({ length: 25 }, (_, i) => (i % 2 ? one : other).takeEverywhere('key', limit));
    expect((await Promise.all(all)).filter(({ allowed }) => allowed)).toHaveLength(10);
  });

  it('answers the stricter of both counts', async () => {
    await one.takeEverywhere('key', limit);
    expect(await other.takeEverywhere('key', limit)).toMatchObject({ allowed: true, remaining: 8 });
  });

  it('does not ask the shared store about what it refuses itself', async () => {
    takeHere(one, 10);
    await report();
    store.taken = [];
    takeHere(one, 5);
    await one.takeEverywhere('key', limit);
    expect(store.taken).toEqual([]);
  });

  it('refuses here what the shared store refused, until there is a token again', async () => {
    takeHere(one, 10);
    await report();
    expect(await other.takeEverywhere('key', limit)).toMatchObject({ allowed: false, retryAfterSeconds: 6 });
    store.flush();
    expect(takeHere(other, 1)).toBe(0);
    clock.advance(6_000);
    expect(takeHere(other, 2)).toBe(1);
  });

  it('goes on with its own limit when the shared store fails, and never beyond it', async () => {
    store.failing = true;
    expect(await one.takeEverywhere('key', limit)).toMatchObject({ allowed: true, remaining: 9 });
    expect(takeHere(one, 12)).toBe(9);
    await report();
    expect(await one.takeEverywhere('key', limit)).toMatchObject({ allowed: false });
  });

  it('reports again after a failed report', async () => {
    store.failing = true;
    takeHere(one, 3);
    await report();
    store.failing = false;
    store.taken = [];
    takeHere(one, 1);
    await report();
    expect(store.taken).toEqual([1]);
  });

  it('gives nothing back when the shared store comes back empty', async () => {
    takeHere(one, 10);
    await report();
    store.flush();
    expect(takeHere(one, 1)).toBe(0);
    expect(await one.takeEverywhere('key', limit)).toMatchObject({ allowed: false });
  });
});

describeSharedRateLimiterContract('TieredRateLimiter over a shared store', () => {
  const store = new SharedStore();
  const limiter = new TieredRateLimiter(new InProcessRateLimiter(clock, 100), store);
  return {
    take: async (key, bucket, tokens) => {
      let decision!: BucketDecision;
      for (let i = 0; i < tokens; i++) decision = await limiter.takeEverywhere(key, bucket);
      return decision;
    },
    advance: (milliseconds) => clock.advance(milliseconds),
  };
});
