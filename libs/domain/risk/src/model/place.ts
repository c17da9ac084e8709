/** A circle that the client is in, as far as its address tells. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Degrees, of the circle's centre. */
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusKm: number;
}

/** Of a sphere as large as the Earth (IUGG mean radius); the Earth is within 0.6 % of it. */
const EARTH_RADIUS_KM = 6_371.009;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance between the centres, by the haversine formula, which stays exact for near points. */
export function distanceKm(a: Place, b: Place): number {
  const north = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const east = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const h = north + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * east;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, h)));
}

/** The least that somebody moved who was in one circle and then in the other: none when they touch. */
export const leastDistanceKm = (a: Place, b: Place): number =>
  Math.max(0, distanceKm(a, b) - a.radiusKm - b.radiusKm);
