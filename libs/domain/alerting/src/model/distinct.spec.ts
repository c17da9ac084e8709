import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId } from '#domain/kernel/testing';
import { countOf, NOTHING_SEEN, SAMPLE_SIZE, withValue, type Distinct } from './distinct.js';

const seen = (values: readonly string[], from: Distinct = NOTHING_SEEN): Distinct =>
  values.reduce(withValue, from);

describe('Distinct', () => {
  it('counts a few exactly, however often each comes, and in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }).map((n) => `value ${n}`)), (values) => {
        expect(countOf(seen(values))).toBe(new Set(values).size);
        expect(seen(values.toReversed()).hashes).toEqual(seen(values).hashes);
      }),
    );
  });

  it('shows the first of them, each once', () => {
    const values = Array.from({ length: 50 }, (_, i) => `v${i}`);
    const { sample } = seen([...values, ...values]);
    expect(sample).toEqual(values.slice(0, SAMPLE_SIZE));
  });

  it('changes nothing for a value that it has seen', () => {
    const once = seen(Array.from({ length: 3_000 }, (_, i) => `v${i}`));
    expect(seen(['v0', 'v1', 'v2999'], once)).toEqual(once);
  });

  it.each<[string, (i: number) => string]>([
    ['ids made one after the other', newId],
    ['addresses side by side', (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`],
    ['IPv6 networks', (i) => `2001:db8:${i.toString(16)}::1`],
  ])('tells about how many %s there are, and holds no more of them', (_what, value) => {
    const many = seen(Array.from({ length: 20_000 }, (_, i) => value(i)));
    expect(countOf(many)).toBeGreaterThan(16_000);
    expect(countOf(many)).toBeLessThan(24_000);
    expect(JSON.stringify(many).length).toBeLessThan(5_000);
  });
});
