import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const inProject = (...path) => join(root, ...path);

export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** `undefined` where `read` fails because there is no such file. */
export function ifPresent(read) {
  try {
    return read();
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
