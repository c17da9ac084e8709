import { beforeEach, describe, expect, it } from '@jest/globals';
import { FixedClock } from '#domain/kernel/testing';
import type { BlockPolicy, ImposedBlock, SharedAddressBlocks, Strike } from '#domain/throttling';
import { InProcessAddressBlocks } from './in-process-address-blocks.js';
import { TieredAddressBlocks } from './tiered-address-blocks.js';

const policy: BlockPolicy = { strikes: 4, windowSeconds: 60, blockSeconds: 300 };
const address = '192.0.2.1';
const clock = new FixedClock();

class SharedStore implements SharedAddressBlocks {
  questions = 0;
  failing = false;
  #blocks = new InProcessAddressBlocks(clock, 100);

  flush(): void {
    this.#blocks = new InProcessAddressBlocks(clock, 100);
  }

  async strike(struck: string, by: BlockPolicy): Promise<Strike | null> {
    if (this.failing) throw new Error('Connection is closed');
    return this.#blocks.strike(struck, by);
  }

  async blockedUntil(asked: string): Promise<Date | null> {
    this.questions++;
    if (this.failing) throw new Error('Connection is closed');
    return this.#blocks.blockedUntil(asked);
  }
}

describe('TieredAddressBlocks', () => {
  let store: SharedStore;
  let one: TieredAddressBlocks;
  let other: TieredAddressBlocks;

  const instance = (shared: SharedAddressBlocks | null) =>
    new TieredAddressBlocks(new InProcessAddressBlocks(clock, 100), shared);
  const strike = async (blocks: TieredAddressBlocks, times: number) => {
    for (let i = 0; i < times; i++) blocks.strike(address, policy);
    await new Promise((resolve) => setImmediate(resolve));
  };

  beforeEach(() => {
    store = new SharedStore();
    one = instance(store);
    other = instance(store);
  });

  it('counts by itself when there is no shared store', async () => {
    const alone = instance(null);
    await strike(alone, 4);
    expect(alone.blockedHere(address)).not.toBeNull();
    expect(await alone.blockedEverywhere(address)).not.toBeNull();
    expect(await alone.blockedEverywhere('192.0.2.2')).toBeNull();
  });

  it('adds up strikes from all instances', async () => {
    await strike(one, 3);
    await strike(other, 1);
    expect(other.blockedHere(address)).not.toBeNull();
  });

  it('learns of a block that another instance imposed by asking, and remembers it', async () => {
    await strike(one, 4);
    expect(other.blockedHere(address)).toBeNull();
    expect(await other.blockedEverywhere(address)).toEqual(one.blockedHere(address));
    expect(other.blockedHere(address)).toEqual(one.blockedHere(address));
  });

  it('learns of a block that another instance imposed by the first strike of its own', async () => {
    await strike(one, 4);
    await strike(other, 1);
    expect(other.blockedHere(address)).toEqual(one.blockedHere(address));
  });

  it('does not hold against a request what befell its address after it was made', async () => {
    const asked = one.blockedEverywhere(address);
    await strike(one, 4);
    expect(await asked).toBeNull();
  });

  it('does not ask about a block that it knows', async () => {
    await strike(one, 4);
    await one.blockedEverywhere(address);
    expect(store.questions).toBe(0);
  });

  it('goes on by itself when the shared store fails', async () => {
    store.failing = true;
    expect(await one.blockedEverywhere(address)).toBeNull();
    await strike(one, 4);
    expect(one.blockedHere(address)).not.toBeNull();
  });

  describe('tells of a block', () => {
    let told: ImposedBlock[];
    const listenTo = (...instances: TieredAddressBlocks[]) => {
      told = [];
      for (const blocks of instances) blocks.onImposed((block) => told.push(block));
    };

    it('once, whichever instance imposed it, and however many strikes fall into it', async () => {
      listenTo(one, other);
      await strike(one, 3);
      expect(told).toEqual([]);
      await strike(other, 1);
      await strike(one, 5);
      await strike(other, 5);
      expect(told).toEqual([{ address, until: other.blockedHere(address) }]);
    });

    it('of its own when there is no shared store, or none that answers', async () => {
      const alone = instance(null);
      listenTo(alone, one);
      await strike(alone, 9);
      store.failing = true;
      await strike(one, 9);
      expect(told).toHaveLength(2);
    });

    it('again when the address earned another', async () => {
      listenTo(one);
      await strike(one, 4);
      clock.advance(300_000);
      await strike(one, 4);
      expect(told).toHaveLength(2);
    });
  });

  it('keeps a block that it knows when the shared store comes back empty', async () => {
    await strike(one, 4);
    await other.blockedEverywhere(address);
    store.flush();
    expect(one.blockedHere(address)).not.toBeNull();
    expect(await other.blockedEverywhere(address)).not.toBeNull();
  });
});
