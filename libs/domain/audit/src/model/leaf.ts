import { canonicalRow, type TrailRow } from './trail-row.js';

/** A cryptographic hash of a text, as text without spaces. */
export type Digest = (text: string) => string;

/** What a sealed batch remembers of a row, so that verification can name the very row that is not as it was. */
export interface Leaf {
  readonly position: number;
  readonly id: string;
  readonly occurredAt: string;
  readonly digest: string;
}

export const leafOf = (row: TrailRow, digest: Digest): Leaf => ({
  position: row.position,
  id: row.id,
  occurredAt: row.occurredAt,
  digest: digest(canonicalRow(row)),
});

/** One line a leaf, in the order of the rows. */
export const writeLeaves = (leaves: readonly Leaf[]): string =>
  leaves
    .map(({ position, id, occurredAt, digest }) => `${position} ${id} ${occurredAt} ${digest}`)
    .join('\n');

export const readLeaves = (text: string): Leaf[] =>
  text === ''
    ? []
    : text.split('\n').map((line) => {
        const [position = '', id = '', occurredAt = '', digest = ''] = line.split(' ');
        return { position: Number(position), id, occurredAt, digest };
      });
