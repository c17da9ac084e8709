import { DomainError } from '#domain/kernel';
import type { ListedDevice, Session } from '#domain/session';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

type PlaceOf<T> = (item: T) => string;

/**
 * One page of a person's few sessions or devices, newest first. The cursor names a place in the order, not an item,
 * so it still leads on when the item that it was made from is gone.
 */
function pageOf<T>(all: readonly T[], placeOf: PlaceOf<T>, limit: number, cursor?: string): Page<T> {
  const after = cursor === undefined ? undefined : decode(cursor);
  const rest = all
    .map((item) => ({ item, place: placeOf(item) }))
    .sort((a, b) => (a.place < b.place ? 1 : -1))
    .filter(({ place }) => after === undefined || place < after);
  const items = rest.slice(0, limit);
  const last = rest.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(({ item }) => item),
    nextCursor: last ? Buffer.from(last.place).toString('base64url') : null,
  };
}

export const pageOfSessions = (sessions: readonly Session[], limit: number, cursor?: string): Page<Session> =>
  pageOf(sessions, ({ id, state }) => placeAt(state.createdAt, id), limit, cursor);

export const pageOfDevices = (
  devices: readonly ListedDevice[],
  limit: number,
  cursor?: string,
): Page<ListedDevice> =>
  pageOf(devices, ({ device: { id, state } }) => placeAt(state.firstSeenAt, id), limit, cursor);

/** Sorts as text like the time does, and by id within one millisecond. */
const placeAt = (time: Date, id: string): string => `${time.toISOString()} ${id}`;

const PLACE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z [\da-f-]{36}$/;

function decode(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!PLACE.test(place)) throw DomainError.invalid('invalid-cursor', 'cursor is not one of ours', 'cursor');
  return place;
}
