import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BucketDecision, BucketLimit } from '#domain/throttling';

export interface RateLimiterSubject {
  take(key: string, limit: BucketLimit, tokens: number): BucketDecision | Promise<BucketDecision>;
  /** Lets time pass for everything that the limiter has counted. */
  advance(milliseconds: number): void | Promise<void>;
}

/** What every token bucket keeps to, whether it lives in this process or in a store that all share. */
export const describeSharedRateLimiterContract = (
  name: string,
  makeSubject: () => RateLimiterSubject | Promise<RateLimiterSubject>,
): void => {
  describe(`${name} as a rate limiter`, () => {
    const fivePerMinute: BucketLimit = { capacity: 5, windowSeconds: 60 };
    let subject: RateLimiterSubject;
    let address = 0;
    let key: string;

    const take = async (tokens = 1, limit = fivePerMinute) => subject.take(key, limit, tokens);

    beforeEach(async () => {
      subject = await makeSubject();
      key = `overall:192.0.2.${++address}`;
    });

    it('has a full bucket for a key that it has never seen', async () => {
      expect(await take()).toMatchObject({
        allowed: true,
        limit: 5,
        remaining: 4,
        resetSeconds: 12,
        retryAfterSeconds: 0,
      });
    });

    it('counts down, then refuses and says when to come back', async () => {
      const remaining = [await take(), await take(), await take(), await take(), await take()];
      expect(remaining.map((decision) => decision.remaining)).toEqual([4, 3, 2, 1, 0]);
      expect(await take()).toMatchObject({
        allowed: false,
        limit: 5,
        remaining: 0,
        resetSeconds: 60,
        retryAfterSeconds: 12,
      });
    });

    it('admits exactly the capacity of any number of parallel callers', async () => {
      const decisions = await Promise.all(Array.from({ length: 50 }, () => take()));
      expect(decisions.filter((decision) => decision.allowed)).toHaveLength(5);
    });

    it('gives the last token to one of 50 parallel callers', async () => {
      await take(4);
      const decisions = await Promise.all(Array.from({ length: 50 }, () => take()));
      expect(decisions.filter((decision) => decision.allowed)).toHaveLength(1);
    });

    it('gives back one token for each interval, and no more than the capacity', async () => {
      await take(5);
      await subject.advance(12_000);
      expect(await take()).toMatchObject({ allowed: true, remaining: 0 });
      expect(await take()).toMatchObject({ allowed: false });
      await subject.advance(600_000);
      expect(await take()).toMatchObject({ allowed: true, remaining: 4 });
    });

    it('does not postpone the refill for a caller who keeps asking', async () => {
      await take(5);
      await subject.advance(6_000);
      expect(await take()).toMatchObject({ allowed: false, retryAfterSeconds: 6 });
      await subject.advance(6_000);
      expect(await take()).toMatchObject({ allowed: true });
    });

    it('takes what there is when asked for more, and says that it was not all', async () => {
      expect(await take(3)).toMatchObject({ allowed: true, remaining: 2 });
      expect(await take(3)).toMatchObject({ allowed: false, remaining: 0, retryAfterSeconds: 12 });
    });

    it('keeps each key to itself', async () => {
      await take(5);
      expect(await subject.take(`${key}0`, fivePerMinute, 1)).toMatchObject({ remaining: 4 });
      expect(await subject.take(key.replace('overall', 'sign-in'), fivePerMinute, 1)).toMatchObject({
        remaining: 4,
      });
    });

    it.each(['__proto__', 'constructor', '{tag}', 'a b\r\nc\0d', '2001:db8::/64', 'ключ'])(
      'takes %j for a key like any other',
      async (suffix) => {
        key += suffix;
        await take(4);
        expect(await take()).toMatchObject({ allowed: true, remaining: 0 });
        expect(await take()).toMatchObject({ allowed: false });
      },
    );

    it('hands out an uneven limit in full', async () => {
      const sevenPerMinute = { capacity: 7, windowSeconds: 60 };
      expect(await take(7, sevenPerMinute)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await take(1, sevenPerMinute)).toMatchObject({ allowed: false, retryAfterSeconds: 9 });
    });

    it('counts ten thousand tokens to the last one', async () => {
      const many = { capacity: 10_000, windowSeconds: 1_000_000 };
      expect(await take(9_999, many)).toMatchObject({ allowed: true, remaining: 1 });
      expect(await take(1, many)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await take(1, many)).toMatchObject({ allowed: false });
    });

    it('applies a lowered limit at once', async () => {
      await take(1, { capacity: 100, windowSeconds: 6_000 });
      expect(await take(1, { capacity: 2, windowSeconds: 20 })).toMatchObject({
        allowed: false,
        remaining: 0,
        resetSeconds: 20,
      });
    });

    it('is not changed through a decision that it gave away', async () => {
      Object.assign(await take(), { remaining: 99, allowed: false });
      expect(await take()).toMatchObject({ allowed: true, remaining: 3 });
    });
  });
};
