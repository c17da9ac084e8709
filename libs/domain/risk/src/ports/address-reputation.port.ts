import { token } from '#domain/kernel';

/** Addresses that somebody has seen misused. Synchronous and from memory: it is asked while an account is locked. */
export interface AddressReputation {
  /** False also for what is not an address. Never throws. */
  isListed(address: string): boolean;
}

export const ADDRESS_REPUTATION = token<AddressReputation>('AddressReputation');
