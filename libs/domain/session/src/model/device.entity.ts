import { addMilliseconds, days, DomainError, hours, type RequestOrigin } from '#domain/kernel';
import type { Place, SignInHistory } from '#domain/risk';

export interface TraitsOfDevice {
  /** Of stable traits only, no versions: the same device still shows it after an update. Opaque. */
  readonly fingerprint: string;
  /** For people: "Firefox on Linux". */
  readonly name: string;
}

/** A client that an account signed in with. Its devices are also all that is kept of where and when it signed in. */
export interface DeviceState extends TraitsOfDevice {
  readonly id: string;
  readonly userId: string;
  readonly userAgent: string;
  /** Of the last sign-in, as is `place`. */
  readonly address: string;
  readonly place: Place | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** By its owner; null while it is not. */
  readonly trustedAt: Date | null;
  /** The last sign-ins within an hour of the newest. */
  readonly recentSignIns: readonly Date[];
  /** The last one that taught something and had a known place. */
  readonly lastPlaced: { readonly at: Date; readonly place: Place } | null;
  /** The first one after which none was harmless; null while the last one was. */
  readonly suspectSince: Date | null;
  /** ISO 3166-1 alpha-2, the newest last. */
  readonly countries: readonly string[];
  /** Sign-ins by hour of the day, 24 counts, UTC. */
  readonly hours: readonly number[];
}

/** A sign-in, as far as it tells of the device. */
export interface Sighting {
  readonly traits: TraitsOfDevice;
  readonly origin: RequestOrigin;
  readonly place: Place | null;
  readonly at: Date;
  /** The score of its risk. */
  readonly risk: number;
}

/** What a device remembers is bounded, because each sign-in reads all of it. */
const MAX_COUNTRIES = 10;
const MAX_RECENT = 20;
const RECENT = hours(1);
const MAX_PER_USER = 50;

/**
 * A sign-in of more risk teaches nothing. Somebody who travels with their own device, at an odd hour of the day at home, is
 * just below; a new device in a new country is above.
 */
const MOST_RISK_TO_LEARN_FROM = 33;
/** For how long the owner, who was told, may object to a device before it is learnt from all the same. */
const PROBATION = days(7);

const NO_HOURS: readonly number[] = Array<number>(24).fill(0);
const NOTHING: Memory = {
  recentSignIns: [],
  lastPlaced: null,
  suspectSince: null,
  countries: [],
  hours: NO_HOURS,
};

export class Device {
  private constructor(readonly state: DeviceState) {}

  static remember(id: string, userId: string, sighting: Sighting): Device {
    const unseen = { id, userId, firstSeenAt: sighting.at, trustedAt: null };
    return new Device({ ...unseen, ...seen(sighting, NOTHING) });
  }

  static restore(state: DeviceState): Device {
    return new Device(state);
  }

  get id(): string {
    return this.state.id;
  }

  /** And left alone: neither came its token back, nor was it trusted. */
  get wasSeenOnce(): boolean {
    const { firstSeenAt, lastSeenAt, trustedAt } = this.state;
    return firstSeenAt.getTime() === lastSeenAt.getTime() && trustedAt === null;
  }

  /** Whether it was learnt from, or is trusted. Until then it stays new, however often it comes back. */
  get isEstablished(): boolean {
    return this.state.trustedAt !== null || this.state.hours.some((count) => count > 0);
  }

  seenAgain(sighting: Sighting): Device {
    return new Device({ ...this.state, ...seen(sighting, this.state) });
  }

  /** Another one in its place, with what the account did on it, but not its age. */
  replacedBy(id: string, sighting: Sighting): Device {
    return new Device({ ...this.seenAgain(sighting).state, id, firstSeenAt: sighting.at, trustedAt: null });
  }
}

type Memory = Pick<DeviceState, 'recentSignIns' | 'lastPlaced' | 'suspectSince' | 'countries' | 'hours'>;

function seen({ traits, origin, place, at, risk }: Sighting, memory: Memory) {
  const suspectSince = risk <= MOST_RISK_TO_LEARN_FROM ? null : (memory.suspectSince ?? at);
  const teaches = suspectSince === null || at.getTime() - suspectSince.getTime() >= PROBATION;
  const { lastPlaced, countries, hours } = teaches ? learnt(memory, place, at) : memory;
  return {
    fingerprint: traits.fingerprint,
    name: traits.name,
    userAgent: origin.userAgent,
    address: origin.address,
    place,
    lastSeenAt: at,
    lastPlaced,
    suspectSince,
    countries,
    hours,
    recentSignIns: [...since(addMilliseconds(at, -RECENT), memory.recentSignIns), at].slice(-MAX_RECENT),
  };
}

const learnt = ({ lastPlaced, countries, hours }: Memory, place: Place | null, at: Date) => ({
  lastPlaced: place ? { at, place } : lastPlaced,
  countries: place
    ? [...countries.filter((country) => country !== place.country), place.country].slice(-MAX_COUNTRIES)
    : countries,
  hours: hours.map((count, hour) => (hour === at.getUTCHours() ? count + 1 : count)),
});

const since = (start: Date, times: readonly Date[]): readonly Date[] => times.filter((time) => time > start);

/** What the established devices together remember; null when there is none. */
export function historyOf(devices: readonly Device[]): SignInHistory | null {
  const newestFirst = devices
    .filter(({ isEstablished }) => isEstablished)
    .map(({ state }) => state)
    .sort(byUse)
    .reverse();
  if (newestFirst.length === 0) return null;
  return {
    last: newestFirst.map(({ lastPlaced }) => lastPlaced).reduce(later, null),
    countries: [...new Set(newestFirst.flatMap(({ countries }) => countries))],
    hours: NO_HOURS.map((_, hour) => newestFirst.reduce((sum, { hours }) => sum + (hours[hour] ?? 0), 0)),
  };
}

const later = (a: Memory['lastPlaced'], b: Memory['lastPlaced']) =>
  a && b ? (b.at > a.at ? b : a) : (a ?? b);

export const recentSignIns = (devices: readonly Device[], now: Date): number =>
  devices.flatMap(({ state }) => since(addMilliseconds(now, -RECENT), state.recentSignIns)).length;

/**
 * The one that makes room for another: the longest unused, of those that are not established if there are any, so that
 * a flood of them ousts no other; trusted ones last. Null while there is room.
 */
export function deviceToForget(devices: readonly Device[]): Device | null {
  if (devices.length < MAX_PER_USER) return null;
  const worth = ({ isEstablished, state }: Device): number =>
    Number(isEstablished) + 2 * Number(state.trustedAt !== null);
  return [...devices].sort((a, b) => worth(a) - worth(b) || byUse(a.state, b.state))[0] ?? null;
}

const byUse = (a: DeviceState, b: DeviceState): number => a.lastSeenAt.getTime() - b.lastSeenAt.getTime();

/** One answer for an id that never was, and one of somebody else. */
export const deviceNotFound = (): DomainError => DomainError.notFound('device-not-found', 'No such device');
