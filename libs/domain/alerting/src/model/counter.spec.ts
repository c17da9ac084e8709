import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at } from '#domain/kernel/testing';
import { counted, rateOf, type Counter } from './counter.js';

const WINDOW = 1_000;
const after = (times: readonly number[]): Counter =>
  times.reduce<Counter | undefined>((counter, t) => counted(counter, 's', at(t), WINDOW), undefined)!;

describe('Counter', () => {
  it('counts exactly within its first window', () => {
    const counter = after([0, 1, 2, 999]);
    expect(rateOf(counter, at(999), WINDOW)).toBe(4);
  });

  it('lets the window before fade as it passes', () => {
    const counter = after([0, 0, 0, 0, 1_000]);
    expect(rateOf(counter, at(1_000), WINDOW)).toBe(5);
    expect(rateOf(counter, at(1_500), WINDOW)).toBe(3);
    expect(rateOf(counter, at(2_000), WINDOW)).toBe(1);
  });

  it('starts anew after a pause', () => {
    expect(after([0, 0, 2_000])).toEqual({ subject: 's', since: at(2_000), count: 1, before: 0 });
  });

  it('does not lose what comes late', () => {
    expect(after([5_000, 0])).toMatchObject({ since: at(5_000), count: 2 });
  });

  it('does not let a steady stream drop below its limit between two windows', () => {
    const stream = Array.from({ length: 100 }, (_, i) => i * 50);
    stream.forEach((t, i) => {
      if (t >= WINDOW)
        expect(rateOf(after(stream.slice(0, i + 1)), at(t), WINDOW)).toBeGreaterThanOrEqual(20);
    });
  });

  it('never tells more than there were in two windows', () => {
    const times = fc.array(fc.nat(5_000), { minLength: 1 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(times, (list) => {
        const last = list.at(-1)!;
        const recent = list.filter((t) => t > last - 2 * WINDOW).length;
        expect(rateOf(after(list), at(last), WINDOW)).toBeLessThanOrEqual(recent);
      }),
    );
  });
});
