import type { OnModuleDestroy } from '@nestjs/common';
import { open, type FileHandle } from 'node:fs/promises';
import { normalisePassword, type BreachCheck, type BreachedPasswords } from '#domain/credentials';
import type { Secret } from '#domain/kernel';
import { sha1Hex } from './sha1-hex.js';

/** Bytes: a hash, a count, and the end of the line. */
const MAX_HASH_LINE = 64;
/** Bytes; what is longer should be hashed and sorted, and is then searched where it lies. */
const MAX_PLAIN_LIST = 33_554_432;

const HASH_LINE = /^([\dA-F]{40})(?::\d+)?\r?$/i;

/** Opens either form of list, told apart by its first line. */
export async function openBreachedPasswordList(path: string): Promise<BreachedPasswords & OnModuleDestroy> {
  const file = await open(path);
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_HASH_LINE), 0, MAX_HASH_LINE, 0);
  const [first = ''] = buffer.toString('latin1', 0, bytesRead).split('\n');
  if (HASH_LINE.test(first)) return new SortedHashFile(file, size);
  try {
    if (size > MAX_PLAIN_LIST) throw new Error('A plain list of breached passwords has at most 32 MiB');
    return new PlainList(await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}

/** A few thousand of the worst, one a line. */
class PlainList implements BreachedPasswords, OnModuleDestroy {
  readonly #passwords: ReadonlySet<string>;

  constructor(text: string) {
    this.#passwords = new Set(text.split(/\r?\n/).filter(Boolean).map(normalisePassword));
  }

  async check(password: Secret): Promise<BreachCheck> {
    return this.#passwords.has(password.expose()) ? 'breached' : 'not-found';
  }

  onModuleDestroy(): void {
    // It was closed when it was read.
  }
}

/**
 * SHA-1 in hexadecimal, sorted, each with or without `:count`, as the download of Have I Been Pwned is: forty
 * gigabytes that are searched in some thirty reads, and never held.
 */
class SortedHashFile implements BreachedPasswords, OnModuleDestroy {
  constructor(
    private readonly file: FileHandle,
    private readonly size: number,
  ) {}

  async check(password: Secret): Promise<BreachCheck> {
    const wanted = sha1Hex(password.expose());
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const line = await this.#lineFrom(middle);
      if (!line || line.start >= high || line.hash > wanted) high = middle;
      else if (line.hash < wanted) low = line.start + wanted.length;
      else return 'breached';
    }
    return 'not-found';
  }

  async onModuleDestroy(): Promise<void> {
    await this.file.close();
  }

  /** The first line that starts at the offset or after it. */
  async #lineFrom(offset: number): Promise<{ readonly start: number; readonly hash: string } | null> {
    const from = Math.max(0, offset - 1);
    const { buffer, bytesRead } = await this.file.read(
      Buffer.alloc(2 * MAX_HASH_LINE),
      0,
      2 * MAX_HASH_LINE,
      from,
    );
    const text = buffer.toString('latin1', 0, bytesRead);
    const start = offset === 0 ? 0 : text.indexOf('\n') + 1;
    if (offset > 0 && start === 0) return null;
    const [, hash] = HASH_LINE.exec(text.slice(start).split('\n', 1)[0] ?? '') ?? [];
    return hash ? { start: from + start, hash: hash.toUpperCase() } : null;
  }
}
