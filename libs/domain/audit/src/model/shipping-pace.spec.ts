import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seconds } from '#domain/kernel';
import { ShippingPace } from './shipping-pace.js';

const overloaded = { overloaded: true, retryAfter: null };
const unreachable = { overloaded: false, retryAfter: null };
const always = (fraction: number) => () => fraction;

describe('ShippingPace', () => {
  it('waits longer with each failure, up to half a minute, and starts anew after a success', () => {
    const pace = new ShippingPace(always(1));
    const waits = Array.from({ length: 7 }, () => pace.failed(unreachable));
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30].map(seconds));
    pace.succeeded();
    expect(pace.failed(unreachable)).toBe(seconds(1));
  });

  it('has two that failed together come back apart', () => {
    expect(new ShippingPace(always(0)).failed(unreachable)).toBe(500);
    expect(new ShippingPace(always(0.5)).failed(unreachable)).toBe(750);
  });

  it('waits for at least as long as it was asked to', () => {
    const asked = { overloaded: true, retryAfter: seconds(7) };
    expect(new ShippingPace(always(0)).failed(asked)).toBeGreaterThanOrEqual(seconds(7));
  });

  it('halves what it offers when that was too much, and adds a tenth when it was not', () => {
    const pace = new ShippingPace(always(1));
    const most = pace.limit;
    pace.failed(unreachable);
    expect(pace.limit).toBe(most);
    pace.failed(overloaded);
    expect(pace.limit).toBe(most / 2);
    pace.succeeded();
    expect(pace.limit).toBe(Math.floor((most / 2) * 1.1));
  });

  it('never offers nothing, nor more than at first, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (successes) => {
        const pace = new ShippingPace(always(1));
        const most = pace.limit;
        for (const success of successes) {
          if (success) pace.succeeded();
          else expect(pace.failed(overloaded)).toBeLessThanOrEqual(seconds(30));
          expect(pace.limit).toBeGreaterThanOrEqual(1);
          expect(pace.limit).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
