import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Identifier, type IdentifierKind } from './identifier.vo.js';

const email = Identifier.of('email', 'ada.lovelace@example.com');
const phone = Identifier.of('phone', '+14155550123');

describe('Identifier', () => {
  it.each<[IdentifierKind, string]>([
    ['email', 'a@b.co'],
    ['email', "o'brien+tag_1{x}@mail.example.co.uk"],
    ['email', 'ada@xn--bcher-kva.example'],
    ['email', `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(57)}.f0`],
    ['phone', '+1234567'],
    ['phone', '+123456789012345'],
    ['username', 'ada'],
    ['username', 'ada.love-lace_1815'],
    ['username', 'käthe'],
    ['username', '松尾芭蕉'],
    ['username', '𠮷'.repeat(32)],
  ])('takes the %s %s', (kind, value) => {
    expect(Identifier.of(kind, value)).toMatchObject({ kind, value });
  });

  it.each<[IdentifierKind, string]>([
    ['email', ''],
    ['email', 'ada'],
    ['email', '@example.com'],
    ['email', 'ada@'],
    ['email', 'ada@localhost'],
    ['email', 'Ada@example.com'],
    ['email', 'ada@Example.com'],
    ['email', 'ada@bücher.example'],
    ['email', 'аda@example.com'],
    ['email', '.ada@example.com'],
    ['email', 'a..da@example.com'],
    ['email', 'ada@-example.com'],
    ['email', 'ada@example-.com'],
    ['email', 'ada@example..com'],
    ['email', 'ada@example.com.'],
    ['email', 'ada@example.com\n'],
    ['email', 'ada@example.com\r\nBcc: eve@example.com'],
    ['email', 'ada\0@example.com'],
    ['email', '"ada"@example.com'],
    ['email', 'ada@[127.0.0.1]'],
    ['email', 'ada@b@example.com'],
    ['email', `${'a'.repeat(243)}@example.com`],
    ['phone', '14155550123'],
    ['phone', '+04155550123'],
    ['phone', '+1 415 555 0123'],
    ['phone', '+123456'],
    ['phone', '+1234567890123456'],
    ['phone', '+1415555012３'],
    ['phone', '+14155550123\n'],
    ['phone', 'ada@example.com'],
    ['email', '+14155550123'],
  ])('refuses the %s %j, which is not canonical', (kind, value) => {
    expect(() => Identifier.of(kind, value)).toThrow(expect.objectContaining({ code: 'invalid-identifier' }));
  });

  it.each([
    'ab',
    'a'.repeat(33),
    'Ada',
    'ａｄａ',
    '123',
    '+49123',
    'ada@home',
    'ada lovelace',
    '.ada',
    'ada.',
    'ada..l',
    'ada\n',
    'ad\u200Da',
    'ada٣',
    'ad\uD83D',
  ])('refuses the username %j, which is not canonical', (value) => {
    expect(() => Identifier.of('username', value)).toThrow(
      expect.objectContaining({ code: 'invalid-username' }),
    );
  });

  it('is reachable unless it is a name, of which it hints at one letter', () => {
    const username = Identifier.of('username', '𠮷mae');
    expect([email, phone, username].map(({ isReachable }) => isReachable)).toEqual([true, true, false]);
    expect(username.hint).toBe('𠮷•••');
    expect(String(username)).toBe('username:𠮷•••');
  });

  it('refuses 50 kB of anything in no time', () => {
    const start = performance.now();
    for (const part of ['a', 'a.', '.a', '-', 'a@', 'a-', '0']) {
      for (const kind of ['email', 'phone'] as const) {
        expect(() => Identifier.of(kind, part.repeat(50_000 / part.length))).toThrow();
        expect(() => Identifier.of(kind, `a@${part.repeat(50_000 / part.length)}`)).toThrow();
      }
    }
    expect(performance.now() - start).toBeLessThan(100);
  });

  it('equals another of the same kind and value only', () => {
    expect(email.equals(Identifier.of('email', 'ada.lovelace@example.com'))).toBe(true);
    expect(email.equals(Identifier.of('email', 'ada@example.com'))).toBe(false);
    expect(email.equals(phone)).toBe(false);
  });

  it('hints at what its owner will recognise', () => {
    expect(email.hint).toBe('a•••@example.com');
    expect(phone.hint).toBe('+14•••23');
  });

  it.each([
    ['conversion to text', (identifier: Identifier) => String(identifier)],
    ['JSON', (identifier: Identifier) => JSON.stringify({ identifier })],
  ])('shows no more than the hint through %s', (_way, print) => {
    expect(print(email)).toContain('email:a•••@example.com');
    expect(print(phone)).toContain('phone:+14•••23');
  });

  it('hints at one letter of a mailbox and four digits of a number, whatever they are', () => {
    const digits = fc.stringMatching(/^[1-9]\d{6,14}$/);
    fc.assert(
      fc.property(digits, (number) => {
        const { hint } = Identifier.of('phone', `+${number}`);
        expect(hint).toHaveLength(8);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{1,30}$/), (mailbox) => {
        expect(Identifier.of('email', `${mailbox}@example.com`).hint).toBe(`${mailbox[0]}•••@example.com`);
      }),
    );
  });
});
