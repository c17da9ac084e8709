/** The first and the last address of a network, each as 32-bit words: one for IPv4, four for IPv6. */
export interface AddressRange {
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/**
 * Addresses of one family: ranges merged and sorted, in typed arrays, searched in halves. A hundred thousand networks
 * are a megabyte and a microsecond; as rules of `net.BlockList` they are a hundred megabytes, and in older releases of
 * Node, which asks one after another, milliseconds.
 */
export class AddressSet {
  readonly #words: number;
  readonly #firsts: Uint32Array;
  readonly #lasts: Uint32Array;

  constructor(words: number, ranges: readonly AddressRange[]) {
    const merged = merge(ranges);
    this.#words = words;
    this.#firsts = new Uint32Array(words * merged.length);
    this.#lasts = new Uint32Array(words * merged.length);
    for (const [index, { first, last }] of merged.entries()) {
      this.#firsts.set(first, words * index);
      this.#lasts.set(last, words * index);
    }
  }

  has(address: readonly number[]): boolean {
    let [low, high] = [0, this.#firsts.length / this.#words];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#firsts, middle, address) <= 0) low = middle + 1;
      else high = middle;
    }
    return low > 0 && this.#compare(this.#lasts, low - 1, address) >= 0;
  }

  #compare(bounds: Uint32Array, index: number, address: readonly number[]): number {
    for (let word = 0; word < this.#words; word++) {
      const difference = bounds[index * this.#words + word]! - address[word]!;
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

/** Ranges that overlap become one; those that merely touch may stay two. */
function merge(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const merged: AddressRange[] = [];
  for (const range of [...ranges].sort((a, b) => compare(a.first, b.first))) {
    const previous = merged.at(-1);
    if (!previous || compare(range.first, previous.last) > 0) merged.push(range);
    else if (compare(range.last, previous.last) > 0)
      merged[merged.length - 1] = { ...previous, last: range.last };
  }
  return merged;
}

/** A plain loop, because sorting asks it millions of times while nothing else runs. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let word = 0; word < a.length; word++) {
    const difference = a[word]! - b[word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
