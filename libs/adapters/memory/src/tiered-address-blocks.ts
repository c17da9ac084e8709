import type {
  AddressBlocks,
  BlockPolicy,
  ImposedBlock,
  SharedAddressBlocks,
  Strike,
} from '#domain/throttling';
import type { InProcessAddressBlocks } from './in-process-address-blocks.js';

/**
 * This process's own blocks in front of the shared ones. Whatever the shared store answers is kept here, so
 * a block that was known survives the store.
 */
export class TieredAddressBlocks implements AddressBlocks {
  #listener: (block: ImposedBlock) => void = () => undefined;

  constructor(
    private readonly local: InProcessAddressBlocks,
    private readonly shared: SharedAddressBlocks | null,
  ) {}

  strike(address: string, policy: BlockPolicy): Date | null {
    const here = this.local.strike(address, policy);
    void this.#conclude(address, here, this.shared?.strike(address, policy));
    return here?.until ?? null;
  }

  blockedHere(address: string): Date | null {
    return this.local.blockedUntil(address);
  }

  async blockedEverywhere(address: string): Promise<Date | null> {
    const here = this.local.blockedUntil(address);
    if (here || !this.shared) return here;
    const until = await orNull(this.shared.blockedUntil(address));
    return until && this.local.block(address, until);
  }

  onImposed(listener: (block: ImposedBlock) => void): void {
    this.#listener = listener;
  }

  /** Which instance was first, the shared store knows; of what it does not know, each speaks for itself. */
  async #conclude(address: string, here: Strike | null, shared?: Promise<Strike | null>): Promise<void> {
    const there = shared ? await orNull(shared) : null;
    const strike = there ?? here;
    if (!strike) return;
    if (there) this.local.block(address, there.until);
    if (strike.imposed) this.#listener({ address, until: strike.until });
  }
}

/** What the store fails to say is kept here only; whoever owns it reports that it is gone. */
async function orNull<T>(answer: Promise<T | null>): Promise<T | null> {
  try {
    return await answer;
  } catch {
    return null;
  }
}
