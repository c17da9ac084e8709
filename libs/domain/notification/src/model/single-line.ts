/**
 * Characters that end a line or a header, or that reorder what surrounds them (CVE-2021-42574). The joiners
 * U+200C and U+200D stay: names in several scripts need them.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** Text that someone else chose, made fit for a subject or a sentence: one line, of bounded length. */
export function singleLine(text: string, maxLength: number): string {
  const line = text.normalize('NFC').replace(UNPRINTABLE, ' ').replace(/\s+/gu, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= maxLength) return line;
  return `${characters
    .slice(0, maxLength - 1)
    .join('')
    .trimEnd()}…`;
}
