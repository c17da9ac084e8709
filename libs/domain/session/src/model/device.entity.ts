import { addMilliseconds, DomainError, hours, type RequestOrigin } from '#domain/kernel';
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
}

/** What a device remembers is bounded, because each sign-in reads all of it. */
const MAX_COUNTRIES = 10;
const MAX_RECENT = 20;
const RECENT = hours(1);
const MAX_PER_USER = 50;

const NO_HOURS: readonly number[] = Array<number>(24).fill(0);

export class Device {
  private constructor(readonly state: DeviceState) {}

  static remember(id: string, userId: string, sighting: Sighting): Device {
    const unseen = { id, userId, firstSeenAt: sighting.at, trustedAt: null };
    return new Device({
      ...unseen,
      ...seen(sighting, { recentSignIns: [], countries: [], hours: NO_HOURS }),
    });
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

  seenAgain(sighting: Sighting): Device {
    return new Device({ ...this.state, ...seen(sighting, this.state) });
  }

  /** Another one in its place, with what the account did on it, but not its age. */
  replacedBy(id: string, sighting: Sighting): Device {
    return new Device({ ...this.seenAgain(sighting).state, id, firstSeenAt: sighting.at, trustedAt: null });
  }
}

type Memory = Pick<DeviceState, 'recentSignIns' | 'countries' | 'hours'>;

function seen({ traits, origin, place, at }: Sighting, { recentSignIns, countries, hours }: Memory) {
  return {
    fingerprint: traits.fingerprint,
    name: traits.name,
    userAgent: origin.userAgent,
    address: origin.address,
    place,
    lastSeenAt: at,
    recentSignIns: [...since(addMilliseconds(at, -RECENT), recentSignIns), at].slice(-MAX_RECENT),
    countries: place
      ? [...countries.filter((country) => country !== place.country), place.country].slice(-MAX_COUNTRIES)
      : countries,
    hours: hours.map((count, hour) => (hour === at.getUTCHours() ? count + 1 : count)),
  };
}

const since = (start: Date, times: readonly Date[]): readonly Date[] => times.filter((time) => time > start);

/** What all devices together remember; null when there is none. The last place that is known counts as the last. */
export function historyOf(devices: readonly Device[]): SignInHistory | null {
  if (devices.length === 0) return null;
  const newestFirst = devices
    .map(({ state }) => state)
    .sort(byUse)
    .reverse();
  const last = newestFirst.find(({ place }) => place !== null) ?? newestFirst[0]!;
  return {
    last: { at: last.lastSeenAt, place: last.place },
    countries: [...new Set(newestFirst.flatMap(({ countries }) => countries))],
    hours: NO_HOURS.map((_, hour) => newestFirst.reduce((sum, { hours }) => sum + (hours[hour] ?? 0), 0)),
  };
}

export const recentSignIns = (devices: readonly Device[], now: Date): number =>
  devices.flatMap(({ state }) => since(addMilliseconds(now, -RECENT), state.recentSignIns)).length;

/** The one that makes room for another: the longest unused, those that are trusted last. Null while there is room. */
export function deviceToForget(devices: readonly Device[]): Device | null {
  if (devices.length < MAX_PER_USER) return null;
  const untrusted = devices.filter(({ state }) => state.trustedAt === null);
  const candidates = untrusted.length > 0 ? untrusted : devices;
  return [...candidates].sort((a, b) => byUse(a.state, b.state))[0] ?? null;
}

const byUse = (a: DeviceState, b: DeviceState): number => a.lastSeenAt.getTime() - b.lastSeenAt.getTime();

/** One answer for an id that never was, and one of somebody else. */
export const deviceNotFound = (): DomainError => DomainError.notFound('device-not-found', 'No such device');
