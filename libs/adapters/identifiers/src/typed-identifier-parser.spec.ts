import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TypedIdentifierParser } from './typed-identifier-parser.js';

const parser = new TypedIdentifierParser();
const parse = (input: string): string => {
  const { kind, value } = parser.parse(input);
  return `${kind} ${value}`;
};
const refused = (input: string): void => {
  expect(() => parser.parse(input)).toThrow(expect.objectContaining({ code: 'invalid-identifier' }));
};

describe('an email address', () => {
  it.each([
    ['ada@example.com', 'email ada@example.com'],
    ['  Ada.Lovelace+codes@Example.COM ', 'email ada.lovelace+codes@example.com'],
    ["o'hara@sub.domain.example.co.uk", "email o'hara@sub.domain.example.co.uk"],
    ['ada@BÜCHER.example', 'email ada@xn--bcher-kva.example'],
    ['ada@bücher.example', 'email ada@xn--bcher-kva.example'],
    ['ada@bu\u0308cher.example', 'email ada@xn--bcher-kva.example'],
    ['ada@例え.テスト', 'email ada@xn--r8jz45g.xn--zckzah'],
    ['ada@xn--bcher-kva.example', 'email ada@xn--bcher-kva.example'],
  ])('typed as %j is %j', (typed, canonical) => expect(parse(typed)).toBe(canonical));

  it.each([
    ['a non-ASCII local part', 'adа@example.com'],
    ['a Kelvin sign that lower-cases to k', '\u212Aevin@example.com'],
    ['a quoted local part', '"ada"@example.com'],
    ['an IP literal', 'ada@[127.0.0.1]'],
    ['an IP address', 'ada@127.0.0.1'],
    ['an IP address in disguise', 'ada@0x7f.1'],
    ['a single-label domain', 'ada@localhost'],
    ['a trailing dot', 'ada@example.com.'],
    ['an empty label', 'ada@example..com'],
    ['a fullwidth domain', 'ada@ｅxample.com'],
    ['an ideographic full stop', 'ada@example。com'],
    ['a ligature that maps to letters', 'ada@oﬃce.example'],
    ['a soft hyphen that maps to nothing', 'ada@exam\u00ADple.com'],
    ['a zero-width joiner', 'ada@exam\u200Dple.com'],
    ['two at signs', 'ada@example.com@example.org'],
    ['a display name', 'Ada <ada@example.com>'],
    ['a header in tow', 'ada@example.com\r\nBcc: eve@example.com'],
    ['a NUL', 'ada\0@example.com'],
    ['a port', 'ada@example.com:25'],
    ['a path', 'ada@example.com/x'],
    ['user information', 'ada@eve@example.com'],
    ['a percent-encoded domain', 'ada@ex%61mple.com'],
    ['leading dots', '.ada@example.com'],
    ['no local part', '@example.com'],
    ['no domain', 'ada@'],
    ['a local part too long to be sent to', `${'a'.repeat(65)}@example.com`],
  ])('with %s is refused', (_what, typed) => refused(typed));
});

describe('a phone number', () => {
  it.each([
    ['+49 30 901820', 'phone +4930901820'],
    ['+49 (30) 90-18-20', 'phone +4930901820'],
    [' +1.415.555.2671 ', 'phone +14155552671'],
    ['+1 (415) 555-2671', 'phone +14155552671'],
    ['+49 (0) 151 23456789', 'phone +4915123456789'],
    ['+15550001111', 'phone +15550001111'],
  ])('typed as %j is %j', (typed, canonical) => expect(parse(typed)).toBe(canonical));

  it.each([
    ['no country code', '030 901820'],
    ['an international prefix', '0049 30 901820'],
    ['letters', '+1 800 FLOWERS'],
    ['an extension', '+1 415 555 2671 ext. 5'],
    ['digits of another script', '+٤٩٣٠٩٠١٨٢٠'],
    ['fullwidth digits', '+１４１５５５５２６７１'],
    ['a fullwidth plus', '＋14155552671'],
    ['two numbers', '+14155552671+14155552672'],
    ['a country that does not exist', '+999 123456789'],
    ['too few digits', '+49 1'],
    ['too many digits', '+49 12345678901234567890'],
    ['nothing', ''],
    ['a URI', 'tel:+14155552671'],
  ])('with %s is refused', (_what, typed) => refused(typed));
});

describe('reading an identifier', () => {
  const typed = fc.oneof(
    fc.emailAddress(),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.tuple(fc.emailAddress(), fc.string({ unit: 'grapheme' })).map(([a, b]) => a + b),
    fc.stringMatching(/^\+[1-9][\d ().-]{6,20}$/),
    fc.domain().map((domain) => `Ada@${domain.toUpperCase()}`),
  );

  it('gives a canonical form, which reads as itself', () => {
    fc.assert(
      fc.property(typed, (input) => {
        let first;
        try {
          first = parser.parse(input);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-identifier' });
          return;
        }
        expect(parser.parse(first.value).equals(first)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['@', '@'.repeat(50_000)],
    ['a local part', `${'a.'.repeat(25_000)}@example.com`],
    ['a domain', `a@${'a.'.repeat(25_000)}com`],
    ['hyphens', `a@${'-'.repeat(300)}`],
    ['dots', `${'.'.repeat(150)}@${'.'.repeat(150)}`],
    ['digits', `+${'1'.repeat(50_000)}`],
    ['spaces', ' '.repeat(50_000)],
    ['brackets', `+${'('.repeat(300)}`],
    ['combining marks', `a@a${'\u0300'.repeat(300)}.com`],
  ])('is not held up by 50 kB of %s', (_what, input) => {
    const start = performance.now();
    refused(input);
    expect(performance.now() - start).toBeLessThan(50);
  });
});

describe('a username', () => {
  it.each([
    ['ada', 'ada'],
    ['  Ada.Lovelace ', 'ada.lovelace'],
    ['ada_l-1815', 'ada_l-1815'],
    ['ａｄａ', 'ada'],
    ['Weiß', 'weiss'],
    ['Ñandú', 'ñandú'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
    ['οδυσσευς', 'οδυσσευσ'],
    ['Толстой', 'толстой'],
    ['松尾ばしょう', '松尾ばしょう'],
    ['محمد1', 'محمد1'],
  ])('typed as %j is %j', (typed, canonical) => {
    expect(parser.parseUsername(typed).value).toBe(canonical);
    expect(parser.parseLogin(typed)).toMatchObject({ kind: 'username', value: canonical });
  });

  it.each([
    ['two characters', 'ab'],
    ['33 characters', 'a'.repeat(33)],
    ['an at sign', 'ada@home'],
    ['nothing but digits', '4915112345678'],
    ['a plus', '+4915112345678'],
    ['a space', 'ada lovelace'],
    ['a Cyrillic а among Latin letters', 'аda'],
    ['Cyrillic letters that all look Latin', 'сосо'],
    ['digits of another script', 'ada٣'],
    ['two dots in a row', 'ada..lovelace'],
    ['a dot in front', '.ada'],
    ['a zero-width joiner', 'ad\u200Da'],
    ['a bidi override', 'ad\u202Ea'],
    ['a NUL', 'ad\0a'],
    ['half a surrogate pair', 'ada\uD83D'],
    ['an emoji', 'ada👋'],
    ['50 kB', 'a'.repeat(50_000)],
    ['50 kB of dots', 'a.'.repeat(25_000)],
  ])('with %s is refused', (_what, typed) => {
    const start = performance.now();
    expect(() => parser.parseUsername(typed)).toThrow(expect.objectContaining({ code: 'invalid-username' }));
    expect(performance.now() - start).toBeLessThan(50);
  });

  it('reads as itself once it is canonical', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 3, maxLength: 12 }), (input) => {
        let first;
        try {
          first = parser.parseUsername(input);
        } catch {
          return;
        }
        expect(parser.parseUsername(first.value).equals(first)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is nothing that a code could be sent to, and a login may be any of the three', () => {
    refused('ada');
    expect(parser.parseLogin(' Ada@Example.com ')).toMatchObject({ kind: 'email', value: 'ada@example.com' });
    expect(parser.parseLogin('+49 30 901820')).toMatchObject({ kind: 'phone', value: '+4930901820' });
    for (const typed of ['', '+ada', 'a@b', '\0', '@'.repeat(50_000)]) {
      expect(() => parser.parseLogin(typed)).toThrow(expect.objectContaining({ code: 'invalid-identifier' }));
    }
  });
});
