import { beforeEach, describe, expect, it } from '@jest/globals';
import { addMilliseconds, seconds } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import { DEFAULT_THROTTLING_POLICY, type BlockPolicy } from '../model/throttling-policy.js';
import { TokenBucket, type BucketDecision, type BucketLimit } from '../model/token-bucket.js';
import type { AddressBlocks } from '../ports/address-blocks.port.js';
import type { RateLimiter } from '../ports/rate-limiter.port.js';
import { AdmitRequest, type TrustedCaller } from './admit-request.use-case.js';

const clock = new FixedClock();

class OneInstanceLimiter implements RateLimiter {
  readonly #buckets = new Map<string, TokenBucket>();

  takeHere(key: string, limit: BucketLimit): BucketDecision {
    const bucket = this.#buckets.get(key) ?? new TokenBucket();
    this.#buckets.set(key, bucket);
    return bucket.take(limit, clock.now());
  }

  async takeEverywhere(key: string, limit: BucketLimit): Promise<BucketDecision> {
    return this.takeHere(key, limit);
  }
}

class OneInstanceBlocks implements AddressBlocks {
  readonly #strikes = new Map<string, number>();
  readonly #ends = new Map<string, Date>();
  /** What only the other instances know. */
  readonly elsewhere = new Map<string, Date>();

  strike(address: string, { strikes, blockSeconds }: BlockPolicy): Date | null {
    const count = (this.#strikes.get(address) ?? 0) + 1;
    this.#strikes.set(address, count);
    if (count >= strikes) this.#ends.set(address, addMilliseconds(clock.now(), seconds(blockSeconds)));
    return this.blockedHere(address);
  }

  blockedHere(address: string): Date | null {
    const end = this.#ends.get(address);
    return end && end > clock.now() ? end : null;
  }

  async blockedEverywhere(address: string): Promise<Date | null> {
    return this.elsewhere.get(address) ?? null;
  }

  onImposed(): void {}
}

describe('AdmitRequest', () => {
  let admit: AdmitRequest;
  let blocks: OneInstanceBlocks;
  const overall = async (address = '192.0.2.1') => admit.execute({ address, bucket: 'overall' });
  const signIn = async (address = '192.0.2.1') => admit.execute({ address, bucket: 'sign-in' });
  const times = async <T>(count: number, call: () => Promise<T>): Promise<T[]> => {
    const answers: T[] = [];
    for (let i = 0; i < count; i++) answers.push(await call());
    return answers;
  };

  beforeEach(() => {
    blocks = new OneInstanceBlocks();
    admit = new AdmitRequest(new OneInstanceLimiter(), blocks, DEFAULT_THROTTLING_POLICY, clock);
  });

  it('answers the overall bucket without a promise', () => {
    expect(admit.execute({ address: '192.0.2.1', bucket: 'overall' })).toEqual({
      outcome: 'admitted',
      limit: 100,
      remaining: 99,
      resetSeconds: 1,
      retryAfterSeconds: 0,
    });
  });

  it('admits 100 requests a minute from one address, and 5 sign-in attempts', async () => {
    expect((await times(101, overall)).map(({ outcome }) => outcome).indexOf('rate-limited')).toBe(100);
    expect((await times(6, signIn)).map(({ outcome }) => outcome).indexOf('rate-limited')).toBe(5);
  });

  it('says when a refused client may come back', async () => {
    await times(5, signIn);
    expect(await signIn()).toEqual({
      outcome: 'rate-limited',
      limit: 5,
      remaining: 0,
      resetSeconds: 60,
      retryAfterSeconds: 12,
    });
  });

  it('counts each address and each bucket by itself', async () => {
    await times(6, signIn);
    expect(await signIn('192.0.2.2')).toMatchObject({ outcome: 'admitted', remaining: 4 });
    expect(await overall()).toMatchObject({ outcome: 'admitted', remaining: 99 });
  });

  it('blocks an address that keeps hitting a limit, for every bucket and until the block ends', async () => {
    const outcomes = (await times(25, signIn)).map(({ outcome }) => outcome);
    expect(outcomes.slice(5, 24)).toEqual(Array.from({ length: 19 }, () => 'rate-limited'));
    expect(outcomes[24]).toBe('address-blocked');
    expect(await overall()).toEqual({
      outcome: 'address-blocked',
      limit: 100,
      remaining: 0,
      resetSeconds: 300,
      retryAfterSeconds: 300,
    });
    expect(await overall('192.0.2.2')).toMatchObject({ outcome: 'admitted' });

    clock.advance(seconds(300));
    expect(await signIn()).toMatchObject({ outcome: 'admitted' });
  });

  it('asks the other instances about an address that signs in', async () => {
    blocks.elsewhere.set('192.0.2.1', addMilliseconds(clock.now(), seconds(200)));
    expect(await signIn()).toMatchObject({ outcome: 'address-blocked', retryAfterSeconds: 200 });
    expect(await signIn('192.0.2.2')).toMatchObject({ outcome: 'admitted' });
  });

  it('takes no token from an address that is blocked', async () => {
    await times(25, signIn);
    await times(200, overall);
    clock.advance(seconds(300));
    expect(await overall()).toMatchObject({ outcome: 'admitted', remaining: 99 });
  });

  describe('for a caller who is trusted', () => {
    let asked: number;
    const callers = {
      'at once': (name: string | null) => () => (asked++, name),
      'after a look': (name: string | null) => async () => (asked++, name),
    };
    const come = async (trustedCaller?: TrustedCaller, address = '192.0.2.1') =>
      admit.execute({ address, bucket: 'overall', ...(trustedCaller && { trustedCaller }) });

    beforeEach(() => void (asked = 0));

    it.each(Object.entries(callers))(
      'has a budget of its own behind a crowded address, known %s',
      async (_when, known) => {
        await times(100, () => come(known('session')));
        expect(asked).toBe(0);
        const outcomes = (await times(201, () => come(known('session')))).map(({ outcome }) => outcome);
        expect(outcomes.indexOf('rate-limited')).toBe(200);
        expect(await come(known('another'))).toMatchObject({
          outcome: 'admitted',
          limit: 200,
          remaining: 199,
        });
        expect(await come(known(null))).toMatchObject({ outcome: 'rate-limited', limit: 100 });
        expect(await come()).toMatchObject({ outcome: 'rate-limited', limit: 100 });
      },
    );

    it('shares a ceiling with all others at the address, however many accounts somebody makes', async () => {
      await times(100, () => come());
      let caller = 0;
      const outcomes = await times(2_001, () => come(callers['at once'](`account ${caller++ % 50}`)));
      expect(outcomes.map(({ outcome }) => outcome).indexOf('rate-limited')).toBe(2_000);
      expect(outcomes.at(-1)).toMatchObject({ limit: 2_000, remaining: 0 });
      await times(100, () => come(undefined, '192.0.2.2'));
      expect(await come(callers['at once']('account 0'), '192.0.2.2')).toMatchObject({ outcome: 'admitted' });
    });

    it('does not hold their requests against the address, and those of others still', async () => {
      await times(300, () => come(callers['at once']('session')));
      expect(await come()).toMatchObject({ outcome: 'rate-limited' });
      expect((await times(19, come)).at(-1)).toMatchObject({ outcome: 'address-blocked' });
    });

    it('has none where the address is blocked, and is not asked for', async () => {
      await times(120, () => come(callers['at once'](null)));
      asked = 0;
      expect(await come(callers['at once']('session'))).toMatchObject({ outcome: 'address-blocked' });
      expect(asked).toBe(0);
    });

    it('does not get around the limit of those who sign in', async () => {
      const attempt = async () =>
        admit.execute({
          address: '192.0.2.1',
          bucket: 'sign-in',
          trustedCaller: callers['at once']('session'),
        });
      expect((await times(6, attempt)).at(-1)).toMatchObject({ outcome: 'rate-limited' });
      expect(asked).toBe(0);
    });
  });
});
