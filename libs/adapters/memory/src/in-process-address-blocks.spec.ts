import { describe, expect, it } from '@jest/globals';
import { FixedClock } from '#domain/kernel/testing';
import { describeSharedAddressBlocksContract } from '#domain/throttling/testing';
import { InProcessAddressBlocks } from './in-process-address-blocks.js';

const policy = { strikes: 2, windowSeconds: 60, blockSeconds: 300 };

describeSharedAddressBlocksContract('InProcessAddressBlocks', () => {
  const clock = new FixedClock();
  const blocks = new InProcessAddressBlocks(clock, 1_000);
  return {
    strike: (...struck) => blocks.strike(...struck),
    blockedUntil: (address) => blocks.blockedUntil(address),
    advance: (milliseconds) => clock.advance(milliseconds),
    clock,
  };
});

describe('InProcessAddressBlocks with little room', () => {
  it('cannot be made to forget a block by addresses that are seen or struck but not blocked', () => {
    const blocks = new InProcessAddressBlocks(new FixedClock(), 100);
    blocks.strike('192.0.2.1', policy);
    blocks.strike('192.0.2.1', policy);
    for (let i = 0; i < 1_000; i++) {
      blocks.blockedUntil(`seen:${i}`);
      blocks.strike(`struck:${i}`, policy);
    }
    expect(blocks.blockedUntil('192.0.2.1')).not.toBeNull();
  });

  it('keeps the later end when told of another block', () => {
    const clock = new FixedClock();
    const blocks = new InProcessAddressBlocks(clock, 100);
    const later = new Date(clock.now().getTime() + 2_000);
    blocks.block('192.0.2.1', later);
    blocks.block('192.0.2.1', new Date(clock.now().getTime() + 1_000));
    expect(blocks.blockedUntil('192.0.2.1')).toEqual(later);
  });
});
