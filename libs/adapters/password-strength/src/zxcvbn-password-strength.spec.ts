import { beforeAll, describe, expect, it } from '@jest/globals';
import { ZxcvbnPasswordStrength } from './zxcvbn-password-strength.js';

describe('the strength of a password', () => {
  let strength: ZxcvbnPasswordStrength;

  beforeAll(async () => {
    strength = await ZxcvbnPasswordStrength.load();
    strength.score('warm-up', []);
  });

  it.each([
    'password1234',
    'qwertyuiop12',
    'aaaaaaaaaaaaaaaa',
    'P@ssw0rd2024!',
    '123456789012',
    'password'.repeat(32),
  ])('%j is weak', (password) => expect(strength.score(password, [])).toBeLessThan(3));

  it.each(['violet walrus paints 9 maps', 'gT7!qz0Lw#v2', '東京の秋葉原でラーメン三杯'])(
    '%j is strong',
    (password) => expect(strength.score(password, [])).toBeGreaterThanOrEqual(3),
  );

  it('counts what is known of the owner for guessed', () => {
    const personal = ['zbigniew.wojtowicz@example.com', 'Zbigniew Wójtowicz'];
    for (const password of ['zbigniew.wojtowicz@example.com', 'zbigniewwojtowicz', 'Wojtowicz1984']) {
      expect(strength.score(password, personal)).toBeLessThan(strength.score(password, []));
      expect(strength.score(password, personal)).toBeLessThan(3);
    }
  });

  const leet = '4@8({[<369&#!1|0$5+7%2/';
  it.each([
    ['substitutions', leet.repeat(12)],
    ['repeats', '11111111'.repeat(32)],
    ['dates', '1/2/34'.repeat(42)],
    ['words', 'p4$$w0rd'.repeat(32)],
    ['10 kB', leet.repeat(450)],
  ])('takes no more than some times as long on %s as on words', (_what, password) => {
    const quickest = (candidate: string, personal: readonly string[]): number =>
      Math.min(
        ...[1, 2, 3].map(() => {
          const began = performance.now();
          strength.score(candidate, personal);
          return performance.now() - began;
        }),
      );
    const hostile = Array.from({ length: 1_000 }, (_, i) => `${leet.repeat(100)}${i}`);
    // About 15 times. Unbounded, each takes seconds: hundreds of times as long.
    expect(quickest(password, hostile) / quickest('correct horse battery staple', [])).toBeLessThan(100);
  });
});
