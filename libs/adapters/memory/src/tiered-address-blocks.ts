import type { AddressBlocks, BlockPolicy, SharedAddressBlocks } from '#domain/throttling';
import type { InProcessAddressBlocks } from './in-process-address-blocks.js';

/**
 * This process's own blocks in front of the shared ones. Whatever the shared store answers is kept here, so
 * a block that was known survives the store.
 */
export class TieredAddressBlocks implements AddressBlocks {
  constructor(
    private readonly local: InProcessAddressBlocks,
    private readonly shared: SharedAddressBlocks | null,
  ) {}

  strike(address: string, policy: BlockPolicy): Date | null {
    if (this.shared) void this.#learn(address, this.shared.strike(address, policy));
    return this.local.strike(address, policy);
  }

  blockedHere(address: string): Date | null {
    return this.local.blockedUntil(address);
  }

  async blockedEverywhere(address: string): Promise<Date | null> {
    const here = this.local.blockedUntil(address);
    return here || !this.shared ? here : this.#learn(address, this.shared.blockedUntil(address));
  }

  async #learn(address: string, answer: Promise<Date | null>): Promise<Date | null> {
    try {
      const until = await answer;
      return until && this.local.block(address, until);
    } catch {
      return null; // Kept here only; whoever owns the shared store reports that it is gone.
    }
  }
}
