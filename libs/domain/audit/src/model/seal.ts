/** What is signed for a batch of rows. Each seal names the hash of the one before: the chain. */
export interface Seal {
  readonly version: 1;
  /** 1, 2, 3 ... without a gap. */
  readonly number: number;
  /** Hash of the seal before; empty for the first. */
  readonly previous: string;
  /** The batch holds every row with a position in (after, upTo]. */
  readonly after: number;
  readonly upTo: number;
  readonly rows: number;
  /** Hash of the batch's leaves. */
  readonly leaves: string;
  readonly sealedAt: string;
  /** Rows older than this have outlived their retention and may be gone. Never goes back. */
  readonly retiredBefore: string | null;
}

export interface SealSignature {
  readonly keyId: string;
  readonly signature: string;
}

/** A batch as it is stored: the seal word for word as it was signed, and the leaves that it covers. */
export interface SealedBatch extends SealSignature {
  readonly number: number;
  readonly seal: string;
  readonly leaves: string;
}

/**
 * The state of the whole chain in one short text, `number.hash`: whoever keeps one elsewhere can tell later
 * that nothing up to it was altered or cut off.
 */
export interface Checkpoint {
  readonly number: number;
  readonly hash: string;
}

export const writeCheckpoint = ({ number, hash }: Checkpoint): string => `${number}.${hash}`;

/** Null for what is no checkpoint. */
export function readCheckpoint(text: string): Checkpoint | null {
  const [, number, hash] = /^([1-9]\d{0,14})\.([\w-]{43})$/.exec(text) ?? [];
  return number !== undefined && hash !== undefined ? { number: Number(number), hash } : null;
}
