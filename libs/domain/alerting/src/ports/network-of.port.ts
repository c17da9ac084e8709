import { token } from '#domain/kernel';

/** The network that a client address is counted by. */
export type NetworkOf = (address: string) => string;

export const NETWORK_OF = token<NetworkOf>('NetworkOf');
