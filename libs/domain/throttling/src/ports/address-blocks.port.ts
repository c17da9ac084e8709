import { token } from '#domain/kernel';
import type { BlockPolicy } from '../model/throttling-policy.js';

/**
 * Addresses that are refused outright for a while because they kept hitting limits. Kept by this instance,
 * and by the store that all instances share where there is one; losing that store loses nothing that is
 * known here. No method throws or rejects.
 */
export interface AddressBlocks {
  /**
   * Counts one refusal. Answers at once until when the address is blocked, if this instance now blocks it;
   * the others hear of the refusal, and this one of a block of theirs, afterwards.
   */
  strike(address: string, policy: BlockPolicy): Date | null;
  /** Answers at once, from what this instance knows. */
  blockedHere(address: string): Date | null;
  /** Answers when the shared store has been asked, or could not be asked in time. */
  blockedEverywhere(address: string): Promise<Date | null>;
  /** Has `listener` told of each block once, by the instance that imposed it, after the request was answered. */
  onImposed(listener: (block: ImposedBlock) => void): void;
}

export interface ImposedBlock {
  readonly address: string;
  readonly until: Date;
}

export const ADDRESS_BLOCKS = token<AddressBlocks>('AddressBlocks');

/** What a strike against a blocked address, or one that blocks it, comes to. */
export interface Strike {
  readonly until: Date;
  /** Whether it was this strike that imposed the block. */
  readonly imposed: boolean;
}

/**
 * The blocks that all instances share; each method is one atomic operation, and rejects soon when the store
 * is gone. A strike against an address that is already blocked changes nothing and answers the block's end,
 * so that any number of parallel strikes impose one block.
 */
export interface SharedAddressBlocks {
  strike(address: string, policy: BlockPolicy): Promise<Strike | null>;
  blockedUntil(address: string): Promise<Date | null>;
}

export const SHARED_ADDRESS_BLOCKS = token<SharedAddressBlocks>('SharedAddressBlocks');
