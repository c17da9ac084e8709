import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Bytes; an account is a few hundred. */
const MAX_LINE = 65_536;
const NEWLINE = 0x0a;

export interface FileLine {
  /** From 1. */
  readonly line: number;
  /** Null for a line that is too long or not UTF-8. */
  readonly text: string | null;
  /** Bytes of the file up to the end of this line. */
  readonly offset: number;
}

/** Every line that is not blank, a chunk of the file in memory at a time. */
export async function* linesOf(path: string): AsyncGenerator<FileLine> {
  let line = 0;
  let offset = 0;
  let rest = Buffer.alloc(0);
  let overlong = false;
  const take = (bytes: Buffer): FileLine | null => {
    line++;
    const text = overlong || !isUtf8(bytes) ? null : bytes.toString();
    overlong = false;
    return text?.trim() === '' ? null : { line, text, offset };
  };
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const bytes = Buffer.concat([rest, chunk.subarray(start, end)]);
      rest = Buffer.alloc(0);
      offset += end + 1 - start;
      overlong ||= bytes.length > MAX_LINE;
      const taken = take(bytes);
      if (taken) yield taken;
      start = end + 1;
    }
    offset += chunk.length - start;
    rest = Buffer.concat([rest, chunk.subarray(start)]);
    if (rest.length > MAX_LINE) {
      overlong = true;
      rest = Buffer.alloc(0);
    }
  }
  const last = rest.length > 0 || overlong ? take(rest) : null;
  if (last) yield last;
}

/** Of the content, and of what it is read with: other options make another import of it. */
export async function digestOf(path: string, options: object): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(options));
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
