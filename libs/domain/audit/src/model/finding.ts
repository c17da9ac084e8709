import { leafOf, type Digest, type Leaf } from './leaf.js';
import type { TrailRow } from './trail-row.js';

/** Something that is not as it was sealed. */
export type Finding =
  | {
      readonly kind: 'row-altered' | 'row-removed' | 'row-inserted';
      readonly batch: number;
      readonly position: number;
      readonly id: string;
    }
  /** Rows before the first position that there ever was. */
  | { readonly kind: 'rows-inserted'; readonly count: number }
  | { readonly kind: 'batches-removed'; readonly batch: number; readonly through: number }
  /** The batch's seal, leaves or signature; what the batch held cannot be told any more. */
  | { readonly kind: 'seal-altered'; readonly batch: number }
  /** Properly signed, but not the successor of the batch before it. */
  | { readonly kind: 'chain-broken'; readonly batch: number }
  /** The chain is not the one that a known checkpoint was taken of, or ends before it. */
  | { readonly kind: 'checkpoint-contradicted'; readonly batch: number };

/** Compares a batch's rows with the leaves that were sealed. Rows before `retiredBefore` may be gone. */
export function compareRows(
  batch: number,
  leaves: readonly Leaf[],
  rows: readonly TrailRow[],
  retiredBefore: string | null,
  digest: Digest,
): Finding[] {
  const sealed = new Map(leaves.map((leaf) => [leaf.id, leaf]));
  const findings: Finding[] = [];
  for (const row of rows) {
    const found = leafOf(row, digest);
    const leaf = sealed.get(row.id);
    sealed.delete(row.id);
    if (leaf?.digest === found.digest) continue;
    const kind = leaf ? 'row-altered' : 'row-inserted';
    findings.push({ kind, batch, position: row.position, id: row.id });
  }
  for (const { id, position, occurredAt } of sealed.values()) {
    if (!isRetired(occurredAt, retiredBefore)) findings.push({ kind: 'row-removed', batch, position, id });
  }
  return findings;
}

const isRetired = (occurredAt: string, retiredBefore: string | null): boolean =>
  retiredBefore !== null && Date.parse(`${occurredAt}Z`) < Date.parse(retiredBefore);
