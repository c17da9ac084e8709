import { DomainError } from '#domain/kernel';

/** A place in an order: the value ordered by, then the id. */
interface Place {
  readonly key: string;
  readonly id: string;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Long enough for the longest text that can be ordered by. */
export const MAX_PLACE_LENGTH = 1_024;

export const encodePlace = (place: Place | null): string | null =>
  place && Buffer.from(`${place.id}${place.key}`).toString('base64url');

/** Whoever makes one up reads nothing but what they may search for anyway. Throws `invalid-cursor`. */
export function decodePlace(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString();
  const [id, key] = [text.slice(0, 36), text.slice(36)];
  if (!UUID.test(id) || /[\p{Cc}\uFFFD]/u.test(key)) throw invalidCursor();
  return { key, id };
}

/** A place in an order by time. */
export function decodeInstantPlace(cursor: string | undefined): { instant: Date; id: string } | null {
  const place = decodePlace(cursor);
  if (!place) return null;
  const instant = new Date(place.key);
  // Of four digits: JavaScript's years go back farther than PostgreSQL's.
  if (!/^\d{4}-/.test(place.key) || instant.toJSON() !== place.key) throw invalidCursor();
  return { instant, id: place.id };
}

const invalidCursor = (): DomainError =>
  DomainError.invalid('invalid-cursor', 'cursor is not one of ours', 'cursor');
