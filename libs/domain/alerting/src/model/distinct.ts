/** Different values among very many: the first few of them, and about how many there are. */
export interface Distinct {
  readonly sample: readonly string[];
  /** The least hashes seen, ascending. */
  readonly hashes: readonly number[];
}

export const NOTHING_SEEN: Distinct = { sample: [], hashes: [] };

export const SAMPLE_SIZE = 20;
/** Exact below; from here on, within 6 % for two of three (one over the root of it). */
const HASHES = 256;
const HASH_RANGE = 2 ** 32;

export function withValue({ sample, hashes }: Distinct, value: string): Distinct {
  const hash = hashOf(value);
  const known = sample.includes(value) || hashes.includes(hash);
  return {
    sample: known || sample.length === SAMPLE_SIZE ? sample : [...sample, value],
    hashes: hashes.includes(hash) ? hashes : [...hashes, hash].sort((a, b) => a - b).slice(0, HASHES),
  };
}

/**
 * How many there are, from how densely the least hashes lie (k minimum values; Bar-Yossef and others, "Counting
 * Distinct Elements in a Data Stream", 2002): a constant amount of memory, however many accounts an attack tries.
 */
export function countOf({ hashes }: Distinct): number {
  if (hashes.length < HASHES) return hashes.length;
  return Math.round((HASHES - 1) / (hashes.at(-1)! / HASH_RANGE));
}

/** FNV-1a, with the finaliser of MurmurHash3: ids and addresses differ in few bits, and these spread them. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
