import type { Place } from '#domain/risk';
import { Device, type DeviceState } from '#domain/session';

/** One by one: a prepared `SELECT *` fails for good once a newer version has added a column. */
export const DEVICE_COLUMNS = `d.user_id, d.id, d.fingerprint, d.name, d.user_agent, d.address, d.first_seen_at,
  d.last_seen_at, d.trusted_at, d.memory`;

/** What only the next sign-in is judged by, in one value: it is read and written whole, and parsed by the engine. */
interface Memory extends Pick<DeviceState, 'place' | 'countries' | 'hours'> {
  /** Milliseconds since the epoch. */
  readonly recentSignIns: readonly number[];
  /** Undefined, as is the other, in rows that an earlier version wrote last. */
  readonly lastPlaced?: { readonly at: number; readonly place: Place } | null;
  readonly suspectSince?: number | null;
}

export interface DeviceRow {
  readonly user_id: string;
  readonly id: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly user_agent: string;
  readonly address: string;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly trusted_at: Date | null;
  readonly memory: Memory;
}

export const toDevice = ({ memory, ...row }: DeviceRow): Device =>
  Device.restore({
    id: row.id,
    userId: row.user_id,
    fingerprint: row.fingerprint,
    name: row.name,
    userAgent: row.user_agent,
    address: row.address,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    trustedAt: row.trusted_at,
    place: memory.place,
    countries: memory.countries,
    hours: memory.hours,
    recentSignIns: memory.recentSignIns.map((time) => new Date(time)),
    lastPlaced: toLastPlaced(memory, row.last_seen_at),
    suspectSince: typeof memory.suspectSince === 'number' ? new Date(memory.suspectSince) : null,
  });

function toLastPlaced({ lastPlaced, place }: Memory, lastSeenAt: Date): DeviceState['lastPlaced'] {
  if (lastPlaced) return { at: new Date(lastPlaced.at), place: lastPlaced.place };
  return lastPlaced === undefined && place ? { at: lastSeenAt, place } : null;
}

export function toMemory(state: DeviceState): string {
  const { place, countries, hours, recentSignIns, lastPlaced, suspectSince } = state;
  return JSON.stringify({
    place,
    countries,
    hours,
    recentSignIns: recentSignIns.map(Number),
    lastPlaced: lastPlaced && { ...lastPlaced, at: Number(lastPlaced.at) },
    suspectSince: suspectSince && Number(suspectSince),
  } satisfies Memory);
}
