import { token } from '#domain/kernel';
import type { Place } from '../model/place.js';

/** Where addresses are. Synchronous and from memory: it is asked while an account is locked. */
export interface GeoReader {
  /** Null for an address that is private, reserved or unknown. Never throws. */
  locate(address: string): Place | null;
}

export const GEO_READER = token<GeoReader>('GeoReader');
