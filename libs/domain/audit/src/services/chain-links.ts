import { leafOf, writeLeaves } from '../model/leaf.js';
import type { Checkpoint, Seal, SealedBatch } from '../model/seal.js';
import type { TrailRow } from '../model/trail-row.js';
import type { AuditSeals } from '../ports/audit-seals.port.js';

/** Keeps a signature on a seal from meaning anything elsewhere. */
const SIGNED_AS = 'gatehouse audit seal v1\n';

/** A batch of which the signature holds, opened. */
export interface Link {
  readonly seal: Seal;
  readonly checkpoint: Checkpoint;
}

export interface NewBatch {
  readonly upTo: number;
  readonly rows: readonly TrailRow[];
  readonly sealedAt: Date;
  readonly retiredBefore: string | null;
}

/** The successor of a link; of none, the first batch. */
export function sealBatch(
  before: Link | null,
  { upTo, rows, sealedAt, retiredBefore }: NewBatch,
  seals: AuditSeals,
): SealedBatch {
  const leaves = writeLeaves(rows.map((row) => leafOf(row, (text) => seals.digest(text))));
  const seal: Seal = {
    version: 1,
    number: (before?.seal.number ?? 0) + 1,
    previous: before?.checkpoint.hash ?? '',
    after: before?.seal.upTo ?? 0,
    upTo,
    rows: rows.length,
    leaves: seals.digest(leaves),
    sealedAt: sealedAt.toISOString(),
    retiredBefore,
  };
  const text = JSON.stringify(seal);
  return { number: seal.number, seal: text, leaves, ...seals.sign(SIGNED_AS + text) };
}

/** Null when the seal, its leaves, its number or its signature was altered. */
export function openBatch(
  { number, seal: text, leaves, ...signature }: SealedBatch,
  seals: AuditSeals,
): Link | null {
  if (!seals.verify(SIGNED_AS + text, signature)) return null;
  // Ours word for word, and so of the right shape.
  const seal = JSON.parse(text) as Seal;
  if (seal.number !== number || seals.digest(leaves) !== seal.leaves) return null;
  return { seal, checkpoint: { number, hash: seals.digest(text) } };
}
