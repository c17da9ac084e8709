import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { AddressSet, type AddressRange } from './address-set.js';
import { readRange } from './address-words.js';

export interface AddressLists {
  readonly ipv4: AddressSet;
  readonly ipv6: AddressSet;
}

/**
 * Reads files of one address or network a line, with comments after `#` or `;`: what Spamhaus DROP, the lists of FireHOL
 * and those of Tor exits have in common. A file in which nothing is an address, such as a page that says why the
 * download failed, is refused.
 */
export async function readAddressLists(
  files: readonly string[],
  warn: (message: string) => void,
): Promise<AddressLists> {
  const ranges: AddressRange[] = [];
  for (const file of files) {
    let [read, malformed] = [0, 0];
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      const text = line.split(/[#;]/, 1)[0]!.trim();
      if (text === '') continue;
      const range = readRange(text);
      if (!range) {
        malformed++;
        continue;
      }
      read++;
      ranges.push(range);
    }
    if (malformed > 0 && read === 0) throw new Error(`${file} is not a list of addresses`);
    if (malformed > 0) warn(`${file}: ${malformed} lines are not addresses, and are left out`);
  }
  return {
    ipv4: new AddressSet(
      1,
      ranges.filter(({ first }) => first.length === 1),
    ),
    ipv6: new AddressSet(
      4,
      ranges.filter(({ first }) => first.length === 4),
    ),
  };
}

/** Changes whenever one of the files does. */
export async function versionOf(files: readonly string[]): Promise<string> {
  const stats = await Promise.all(files.map((file) => stat(file)));
  return stats.map(({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`).join();
}
