import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { Secret } from '#domain/kernel';
import { CsrfTokens } from './csrf-tokens.js';
import { ServerKey } from './server-key.js';

const aServerKey = () => ServerKey.fromBase64(new Secret(randomBytes(32).toString('base64')));
const tokens = new CsrfTokens(aServerKey());
const sessionId = crypto.randomUUID();

describe('CsrfTokens', () => {
  it('belong to their session in every generation, and to no other', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.nat(2 ** 32 - 1), (id, otherId, generation) => {
        const token = tokens.issue({ sessionId: id, generation });
        expect(tokens.belongsTo(id, token)).toBe(true);
        expect(tokens.belongsTo(otherId, token)).toBe(id === otherId);
      }),
    );
  });

  it('are the same for parallel rotations, and new with each generation', () => {
    const [one, again, next] = [1, 1, 2].map((generation) => tokens.issue({ sessionId, generation }));
    expect(again).toBe(one);
    expect(next).not.toBe(one);
  });

  it('are of no use with any single bit flipped', () => {
    const token = Buffer.from(tokens.issue({ sessionId, generation: 3 }), 'latin1');
    for (let bit = 0; bit < token.length * 8; bit++) {
      const flipped = Buffer.from(token);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect([bit, tokens.belongsTo(sessionId, flipped.toString('latin1'))]).toEqual([bit, false]);
    }
  });

  it('are of no use to another deployment', () => {
    expect(
      new CsrfTokens(aServerKey()).belongsTo(sessionId, tokens.issue({ sessionId, generation: 3 })),
    ).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['text of its length', '!'.repeat(48)],
    ['Unicode of its length', '日'.repeat(48)],
    ['half Unicode', '日'.repeat(16)],
    ['zeros', 'A'.repeat(48)],
    ['a token with something behind it', `${tokens.issue({ sessionId, generation: 3 })}A`],
    ['50 kB', 'A'.repeat(50_000)],
  ])('are not made of %s', (_what, text) => {
    expect(tokens.belongsTo(sessionId, text)).toBe(false);
  });
});
