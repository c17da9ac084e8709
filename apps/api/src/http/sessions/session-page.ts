import { DomainError } from '#domain/kernel';
import type { Session } from '#domain/session';

export interface Page {
  readonly items: readonly Session[];
  readonly nextCursor: string | null;
}

/**
 * One page of the sessions, newest first. The cursor names a place in the order, not a session, so it still
 * leads on when the session that it was made from has ended.
 */
export function pageOf(sessions: readonly Session[], limit: number, cursor?: string): Page {
  const after = cursor === undefined ? undefined : decode(cursor);
  const rest = sessions
    .map((session) => ({ session, place: placeOf(session) }))
    .sort((a, b) => (a.place < b.place ? 1 : -1))
    .filter(({ place }) => after === undefined || place < after);
  const items = rest.slice(0, limit);
  const last = rest.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(({ session }) => session),
    nextCursor: last ? Buffer.from(last.place).toString('base64url') : null,
  };
}

/** Sorts as text like the time of creation does, and by id within one millisecond. */
const placeOf = ({ id, state }: Session): string => `${state.createdAt.toISOString()} ${id}`;

const PLACE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z [\da-f-]{36}$/;

function decode(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!PLACE.test(place)) throw DomainError.invalid('invalid-cursor', 'cursor is not one of ours', 'cursor');
  return place;
}
