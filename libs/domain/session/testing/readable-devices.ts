import type { RequestOrigin } from '#domain/kernel';
import type { GeoReader, Place } from '#domain/risk';
import type { DeviceTraits, TraitsOfDevice } from '#domain/session';

/** A device looks like its user agent says. */
export const readableTraits: DeviceTraits = {
  describe: ({ userAgent }: RequestOrigin): TraitsOfDevice => ({ fingerprint: userAgent, name: userAgent }),
};

const BERLIN: Place = { country: 'DE', latitude: 52.5, longitude: 13.4, radiusKm: 20 };
const TOKYO: Place = { country: 'JP', latitude: 35.7, longitude: 139.7, radiusKm: 20 };

/** Of the networks for documentation (RFC 5737), one is in Berlin, another in Tokyo; no other address is anywhere. */
export const twoCities: GeoReader = {
  locate: (address) => {
    if (address.startsWith('203.0.113.')) return BERLIN;
    return address.startsWith('198.51.100.') ? TOKYO : null;
  },
};
