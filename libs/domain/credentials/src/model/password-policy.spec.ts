import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  normalisePassword,
  PASSWORD_MAX_LENGTH,
  requireWellChosen,
  type PasswordPolicy,
} from './password-policy.js';

const judge = (password: string, overrides: Partial<PasswordPolicy> = {}): string => {
  try {
    requireWellChosen(normalisePassword(password), {
      minLength: 8,
      composition: 'none',
      minScore: 0,
      ...overrides,
    });
    return 'accepted';
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
};

describe('the rules for a password', () => {
  it.each([
    ['seven characters', 'abcdefg', 'password-too-short'],
    ['eight characters', 'abcdefgh', 'accepted'],
    ['seven emoji, though fourteen UTF-16 units', '🦉'.repeat(7), 'password-too-short'],
    ['eight emoji', '🦉'.repeat(8), 'accepted'],
    ['four letters with accents typed apart', 'e\u0301'.repeat(4), 'password-too-short'],
    ['one ligature that is eighteen characters', '\uFDFA', 'accepted'],
    ['sixty-four characters', 'x'.repeat(64), 'accepted'],
    ['as many as are allowed', '🦉'.repeat(PASSWORD_MAX_LENGTH), 'accepted'],
    ['one too many', 'x'.repeat(PASSWORD_MAX_LENGTH + 1), 'password-too-long'],
    ['spaces only', ' '.repeat(8), 'accepted'],
    ['Arabic, which has no case', 'كلمة المرور السرية', 'accepted'],
  ])('say of %s: %s is %s', (_what, password, verdict) => expect(judge(password)).toBe(verdict));

  it.each([
    ['abcdefgh1!', 'password-composition'],
    ['ABCDEFGH1!', 'password-composition'],
    ['Abcdefghi!', 'password-composition'],
    ['Abcdefgh12', 'password-composition'],
    ['Abcdefg1!', 'accepted'],
    ['Äbcdefg٣ ', 'accepted'],
  ])('say in the classic set of %j: %s', (password, verdict) => {
    expect(judge(password, { composition: 'classic' })).toBe(verdict);
  });

  it('count code points of the normalised form, whatever is typed', () => {
    const typed = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(typed, fc.integer({ min: 8, max: 64 }), (password, minLength) => {
        const length = [...password.normalize('NFKC')].length;
        const expected =
          length < minLength ? 'password-too-short' : length > 256 ? 'password-too-long' : 'accepted';
        expect(judge(password, { minLength })).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('do not depend on how the characters were typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (password) => {
        for (const composition of ['none', 'classic'] as const) {
          const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) =>
            judge(password.normalize(form), { composition }),
          );
          expect(new Set(forms).size).toBe(1);
        }
      }),
    );
  });
});
