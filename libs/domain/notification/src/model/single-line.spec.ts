import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { singleLine } from './single-line.js';

describe('singleLine', () => {
  it.each([
    ['a second header', 'Ada\r\nBcc: mallory@example.com', 'Ada Bcc: mallory@example.com'],
    ['other line ends', 'a\u2028b\u2029c\u0085d\ve', 'a b c d e'],
    ['NUL', 'a\0b', 'a b'],
    ['reordering', 'moc.elpmaxe\u202E live', 'moc.elpmaxe live'],
    ['half a surrogate pair', 'a\uD83Db', 'a b'],
    ['runs of blanks', '  a \t  b  ', 'a b'],
    ['nothing visible', '\r\n\u200B \u2066', ''],
  ])('makes %s harmless', (_threat, text, expected) => {
    expect(singleLine(text, 40)).toBe(expected);
  });

  it('leaves names alone, also those that need joiners or more than one code unit a character', () => {
    for (const name of ['Zoë O’Brien-Łuczak', 'می‌خواهم', '👩‍💻 李小龍'])
      expect(singleLine(name, 40)).toBe(name);
  });

  it('shows that it cut something off, and never cuts through a character', () => {
    expect(singleLine('😀'.repeat(41), 40)).toBe(`${'😀'.repeat(39)}…`);
    expect(singleLine('😀'.repeat(40), 40)).toBe('😀'.repeat(40));
  });

  it('holds its promise for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (text, max) => {
          const line = singleLine(text, max);
          expect(Array.from(line).length).toBeLessThanOrEqual(max);
          expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
          expect(line).toBe(line.trim());
        },
      ),
    );
  });
});
