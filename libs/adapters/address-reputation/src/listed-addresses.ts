import type { OnModuleDestroy } from '@nestjs/common';
import type { AddressReputation } from '#domain/risk';
import { publicAddressWords } from './address-words.js';
import { readAddressLists, versionOf, type AddressLists } from './list-files.js';

export interface ListedAddressesOptions {
  readonly files: readonly string[];
  /** Told what is wrong with the files, once until that changes. */
  readonly warn: (message: string) => void;
}

/** Milliseconds between looks at the files. */
const LOOK_INTERVAL = 60_000;

/** Reads the lists; rejects when one cannot be read. */
export async function openAddressLists(options: ListedAddressesOptions): Promise<ListedAddresses> {
  const version = await versionOf(options.files);
  return new ListedAddresses(options, version, await readAddressLists(options.files, options.warn));
}

/**
 * Addresses that are in one of the lists. A file that changed is read again in the background; while it cannot be read,
 * the list stays what it was. Private and reserved addresses are in none, though some lists name them: there they
 * mean packets from the Internet that cannot be true, here somebody in the office.
 */
export class ListedAddresses implements AddressReputation, OnModuleDestroy {
  readonly #timer: NodeJS.Timeout;
  #trouble = '';

  constructor(
    private readonly options: ListedAddressesOptions,
    private version: string,
    private lists: AddressLists,
  ) {
    this.#timer = setInterval(() => void this.refresh(), LOOK_INTERVAL).unref();
  }

  isListed(address: string): boolean {
    const words = publicAddressWords(address);
    return words !== null && (words.length === 1 ? this.lists.ipv4 : this.lists.ipv6).has(words);
  }

  /** Reads the files again if one has changed. Never rejects. */
  async refresh(): Promise<void> {
    const { files, warn } = this.options;
    try {
      const version = await versionOf(files);
      if (version === this.version) return;
      this.lists = await readAddressLists(files, warn);
      this.version = version;
      this.#trouble = '';
    } catch (error) {
      const trouble = `The lists of addresses stay as they were: ${(error as Error).message}`;
      if (trouble !== this.#trouble) warn(trouble);
      this.#trouble = trouble;
    }
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }
}
