import { DomainError } from '#domain/kernel';
import type { PageQuery } from '../validation/params.js';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface Order<T> {
  readonly direction: 'ascending' | 'descending';
  /** Where an item stands. Places are unique, and sort as text. */
  readonly placeOf: (item: T) => string;
  /** What places look like. */
  readonly form: RegExp;
}

/**
 * One page of a list that is short enough to be read whole. The cursor names a place in the order, not an item, so
 * it still leads on when the item that it was made from is gone. Throws `invalid-cursor`.
 */
export function pageOf<T>(
  all: readonly T[],
  { direction, placeOf, form }: Order<T>,
  { limit, cursor }: PageQuery,
): Page<T> {
  const after = cursor === undefined ? null : placeNamedBy(cursor, form);
  const comesAfter = (a: string, b: string): boolean => (direction === 'ascending' ? a > b : a < b);
  const rest = all
    .map((item) => ({ item, place: placeOf(item) }))
    .filter(({ place }) => after === null || comesAfter(place, after))
    .sort((a, b) => (comesAfter(a.place, b.place) ? 1 : -1));
  const page = rest.slice(0, limit);
  const last = rest.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(({ item }) => item),
    nextCursor: last ? Buffer.from(last.place).toString('base64url') : null,
  };
}

function placeNamedBy(cursor: string, form: RegExp): string {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!form.test(place)) throw DomainError.invalid('invalid-cursor', 'cursor is not one of ours', 'cursor');
  return place;
}
