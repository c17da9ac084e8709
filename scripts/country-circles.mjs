/**
 * `npm run countries`: makes libs/adapters/geo/src/country-circles.ts from Natural Earth 1:10m (public domain), which
 * the package world-atlas carries.
 *
 * A country's circle is about the smallest that holds all of its land, islands included: whoever is in the country is
 * in the circle, so a distance between two circles is never more than somebody travelled. Parts that have a code of
 * their own (ISO 3166-1) are circles of their own.
 */
import { writeFileSync } from 'node:fs';
import { feature } from 'topojson-client';
import atlas from 'world-atlas/countries-10m.json' with { type: 'json' };
import { inProject } from './lib/project.mjs';

const EARTH_RADIUS_KM = 6_371.009;
const ROUNDS = 2_000;

/** Land without a code in the atlas; what is left out has no inhabitants. */
const BY_NAME = {
  Akrotiri: 'CY',
  Baikonur: 'KZ',
  'Cyprus U.N. Buffer Zone': 'CY',
  Dhekelia: 'CY',
  'Indian Ocean Ter.': 'CX',
  Kosovo: 'XK',
  'N. Cyprus': 'CY',
  Somaliland: 'SO',
};

/** Where the atlas draws one country and ISO has several: each piece of land goes with the nearest of these points. */
const PARTS = {
  CX: { CX: [[-10.5, 105.6]], CC: [[-12.2, 96.8]] },
  FR: {
    FR: [[46.5, 2.5]],
    GF: [[4, -53]],
    GP: [[16.2, -61.5]],
    MQ: [[14.7, -61]],
    RE: [[-21.1, 55.5]],
    YT: [[-12.8, 45.2]],
  },
  NL: {
    NL: [[52.2, 5.3]],
    BQ: [
      [12.2, -68.3],
      [17.5, -63.1],
    ],
  },
  NO: {
    NO: [
      [61, 9],
      [69, 18],
    ],
    SJ: [
      [78.5, 18],
      [71, -8.4],
    ],
    BV: [[-54.4, 3.4]],
  },
  NZ: { NZ: [[-41, 174]], TK: [[-9, -172]] },
};

const radians = (degrees) => (degrees * Math.PI) / 180;
const degrees = (angle) => (angle * 180) / Math.PI;

const onSphere = ([latitude, longitude]) => {
  const [phi, lambda] = [radians(latitude), radians(longitude)];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
};
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const farthest = (points, from) => {
  let [most, found] = [-1, from];
  for (const point of points) {
    const distance = (point[0] - from[0]) ** 2 + (point[1] - from[1]) ** 2 + (point[2] - from[2]) ** 2;
    if (distance > most) [most, found] = [distance, point];
  }
  return found;
};

/** Smallest enclosing ball by walking towards the farthest point (Badoiu and Clarkson, 2003); its axis is the centre. */
function circleOf(points) {
  let centre = points[0];
  for (let round = 1; round <= ROUNDS; round++) {
    const goal = farthest(points, centre);
    centre = centre.map((value, axis) => value + (goal[axis] - value) / (round + 1));
  }
  const latitude = degrees(Math.atan2(centre[2], Math.hypot(centre[0], centre[1]))).toFixed(1);
  const longitude = degrees(Math.atan2(centre[1], centre[0])).toFixed(1);
  const rounded = onSphere([Number(latitude), Number(longitude)]);
  const angle = Math.acos(Math.min(1, dot(rounded, farthest(points, rounded))));
  return [Number(latitude), Number(longitude), Math.ceil(angle * EARTH_RADIUS_KM)];
}

function codeOf(country, polygon) {
  const parts = Object.entries(PARTS[country] ?? {}).flatMap(([code, anchors]) =>
    anchors.map((anchor) => ({ code, nearness: dot(onSphere(anchor), polygon[0]) })),
  );
  return parts.sort((a, b) => b.nearness - a.nearness)[0]?.code ?? country;
}

const land = {};
for (const { id, properties, geometry } of feature(atlas, atlas.objects.countries).features) {
  // ISO's three digits become its two letters by the aliases that Unicode keeps for locales.
  const country = id ? new Intl.Locale(`und-${id}`).region : BY_NAME[properties.name];
  if (!country) continue;
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  for (const [outline] of polygons) {
    const points = outline.map(([longitude, latitude]) => onSphere([latitude, longitude]));
    (land[codeOf(country, points)] ??= []).push(...points);
  }
}

const rows = Object.keys(land)
  .sort()
  .map((code) => `  ${code}: [${circleOf(land[code]).join(', ')}],`);

writeFileSync(
  inProject('libs/adapters/geo/src/country-circles.ts'),
  `/**
 * Countries as circles: latitude and longitude of the centre in degrees, radius in kilometres. Made by
 * \`npm run countries\` from Natural Earth (public domain); scripts/country-circles.mjs says how.
 */
export const COUNTRY_CIRCLES: Readonly<Record<string, readonly [number, number, number]>> = {
${rows.join('\n')}
};
`,
);
