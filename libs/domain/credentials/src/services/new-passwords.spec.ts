import { beforeEach, describe, expect, it } from '@jest/globals';
import { ReadablePasswordHasher } from '#domain/credentials/testing';
import { Secret } from '#domain/kernel';
import { outcomeOf } from '#domain/kernel/testing';
import type { PasswordScore } from '../model/password-policy.js';
import type { BreachCheck } from '../ports/breached-passwords.port.js';
import { NewPasswords } from './new-passwords.js';

describe('a new password', () => {
  let hasher: ReadablePasswordHasher;
  let score: PasswordScore;
  let breach: BreachCheck;
  let asked: string[];

  beforeEach(() => {
    [hasher, score, breach, asked] = [new ReadablePasswordHasher(), 3, 'not-found', []];
  });

  const accept = (password: string) =>
    new NewPasswords(
      { minLength: 12, composition: 'none', minScore: 3 },
      {
        score: (text, personal) => {
          asked.push(`strength of ${text} for ${personal.join()}`);
          return score;
        },
      },
      {
        check: async (text) => {
          asked.push(`breaches with ${text.expose()}`);
          return breach;
        },
      },
      hasher,
    ).accept(new Secret(password), ['ada@example.com']);

  it('is hashed when nothing speaks against it, and judged in its normal form', async () => {
    const hash = await accept('ﬂambée ﬂambée'.normalize('NFD'));
    expect(asked).toEqual([
      'strength of flambée flambée for ada@example.com',
      'breaches with flambée flambée',
    ]);
    expect(await hasher.verify(new Secret('flambée flambée'), hash)).toBe(true);
  });

  it('is refused by the rules before anything slow or outside is asked', async () => {
    expect(await outcomeOf(accept('too short'))).toBe('password-too-short');
    expect(await outcomeOf(accept('x'.repeat(100_000)))).toBe('password-too-long');
    expect([asked, hasher.work]).toEqual([[], []]);
  });

  it('is refused when it is easy to guess', async () => {
    score = 2;
    expect(await outcomeOf(accept('a weak password'))).toBe('password-too-weak');
    expect(hasher.work).toEqual([]);
  });

  it('is refused when it is known from a breach', async () => {
    breach = 'breached';
    expect(await outcomeOf(accept('a known password'))).toBe('password-breached');
    expect(hasher.work).toEqual([]);
  });

  it('is accepted when nobody can say whether it was breached', async () => {
    breach = 'unavailable';
    expect(await outcomeOf(accept('an unchecked password'))).toBe('done');
  });
});
